import * as z from "zod";
import { sshOk, type Host } from "../../lab/host.ts";

/** A shell loop over runbench.py on the same host, as benchmark servers without a runner have it. */
export interface Loop {
  /** Compile and sample every benchmark as runbench.py does it. Returns seconds by benchmark. */
  whole(): Promise<Map<string, number>>;
  /** Sample every benchmark once more as runbench.py does it, one after the other. Returns what it would store: seconds by benchmark. */
  sample(): Promise<Map<string, number>>;
}

const folder = "/tmp/loop";
const asBenchmark = "runuser -u benchmark --";

/** Every benchmark by itself: its module is compiled, then it is sampled. */
const wholeScript = `
import json, subprocess, sys, time
names = subprocess.run([sys.executable, "runbench.py", "--list", "--raw"], check=True, capture_output=True, text=True).stdout.split()
seconds = {}
for name in names:
    started = time.monotonic()
    subprocess.run([sys.executable, "runbench.py", "--raw", "-c", "--mypy-repo", sys.argv[1], name], check=True, stdout=subprocess.DEVNULL)
    seconds[name] = time.monotonic() - started
print(json.dumps(seconds))
`;
/** Every module is compiled before, once; what it does with the samples is runbench.py's own. */
const sampleScript = `
import json, statistics, sys, runbench
runbench.import_benchmarks()
from benchmarking import benchmarks
wanted = [runbench.find_benchmark(name)[1] for name in sorted({info.name for info in benchmarks if not info.compiled_variant})]
for module in sorted({info.module for info in wanted}):
    if not runbench.compiled_files(module):
        runbench.compile_module(module, sys.argv[1])
values = {}
for info in wanted:
    runbench.prepare(info, sys.argv[1])
    samples = runbench.take_samples(info, True, max(runbench.ITERATIONS, info.min_iterations or 0))
    values[info.name] = statistics.mean(samples)
print(json.dumps(values))
`;
const secondsSchema = z.record(z.string(), z.number().positive());

/** Clones of a revision and of the suite, and a venv with what the revision requires. */
export async function makeLoop(host: Host, revision: string): Promise<Loop> {
  await sshOk(
    host,
    `set -e; rm -rf ${folder}; install -d -o benchmark -g benchmark ${folder}
    ${asBenchmark} git clone --quiet /srv/target ${folder}/target
    ${asBenchmark} git -C ${folder}/target checkout --quiet ${revision}
    ${asBenchmark} git clone --quiet /srv/suite ${folder}/suite
    cd ${folder}; ${asBenchmark} /srv/venv/bin/python -m venv ${folder}/venv
    /srv/venv/bin/python -m pip freeze >declared.txt
    ${asBenchmark} ${folder}/venv/bin/pip install --quiet -r declared.txt -r ${folder}/target/build-requirements.txt`,
  );
  const python = async (script: string): Promise<Map<string, number>> => {
    const command = `cd ${folder}/suite && ${asBenchmark} env CC=cc ${folder}/venv/bin/python - ${folder}/target`;
    // The compiler prints before it.
    const last = (await sshOk(host, command, { input: script })).trimEnd().split("\n").at(-1) ?? "";
    return new Map(Object.entries(secondsSchema.parse(JSON.parse(last))));
  };
  return { whole: () => python(wholeScript), sample: () => python(sampleScript) };
}
