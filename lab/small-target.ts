/** Behaviour of a benchmark of the small target at a revision. By default it prints its modelled seconds. */
export type Behaviour = Partial<{
  /** Modelled seconds; below the 10 ms that Python takes to start. */
  seconds: number;
  /** Share by which the seconds vary at random. */
  spread: number;
  /** Standard deviation of ln seconds from one process to the next, and from one moment to another, by a fixed seed each. */
  noise: number;
  /** Seconds it takes besides. */
  pause: number;
  /** Exit code. */
  exit: number;
  prints: string;
  /** It leaves a process behind, in a session of its own. */
  daemon: boolean;
}>;

/** Files of a revision of the target, by path; undefined removes one. */
export type Files = Record<string, string | undefined>;

/** A file that a sandbox sees: by how much this machine is slower than it was. */
export const slownessFile = "/usr/local/share/slowness";

// Importing json would take as long as starting Python. JSON is an expression of Python, but for three words.
const benchPy = `import os, sys, time

how = eval(open("behaviour.json").read(), {"true": True, "false": False, "null": None}).get(sys.argv[1], {})
slowness = float(open("${slownessFile}").read()) if os.path.exists("${slownessFile}") else 1
if how.get("daemon"):
    import subprocess
    subprocess.Popen(["sleep", "3600"], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
time.sleep(how.get("pause", 0))
if "prints" in how:
    print(how["prints"])
else:
    seconds = slowness * how.get("seconds", 0.004) * (1 + int(os.environ["PYTHONHASHSEED"]) / 1000)
    if "noise" in how or "spread" in how:
        # It takes as long to import as the rest.
        import math, random
        process = random.Random(f"{sys.argv[1]} {os.environ['PYTHONHASHSEED']}")
        moment = random.Random(f"{sys.argv[1]} {int(time.time())}")
        seconds *= math.exp(how.get("noise", 0) * (process.gauss(0, 1) + moment.gauss(0, 1)))
        seconds *= 1 + how.get("spread", 0) * random.random()
    print(f"{seconds:.9f}")
if how.get("exit"):
    print(f"{sys.argv[1]} gives up", file=sys.stderr)
    sys.exit(how["exit"])
`;
const nativeC = `#include <stdio.h>
int main(void) { puts("0.0001"); return 0; }
`;

const buildSh = "python3 -m compileall -q bench.py\n";

/** Its first revision. */
export const files: Files = { "bench.py": benchPy, "build.sh": buildSh, "native.c": nativeC, "behaviour.json": "{}\n" };
/** A file that a sandbox sees. */
export const waitFile = "/usr/local/share/wait";
/** Files of a revision whose build waits until the test lets it continue. */
export const buildWaits: Files = { "build.sh": `while test -e ${waitFile}; do sleep 0.1; done\n${buildSh}` };
