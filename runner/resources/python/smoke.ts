import { commandLine } from "../../../config/command-line.ts";
import * as z from "zod";
import { UserError } from "../../../config/user-error.ts";
import type { Account } from "../../system/account.ts";
import { as } from "../../system/command.ts";
import { isAsNew } from "./choice.ts";
import { distributionPython, versionOf, type Built } from "./prefix.ts";

/** Modules that a build omits silently if a library is missing. */
const modules = ["bz2", "ctypes", "lzma", "readline", "sqlite3", "ssl", "venv", "zlib"];

/** Longest time of a built Python, relative to the distribution's. */
const slowest = 1.2;
/** Alternating runs of each. The best one counts, because other work on the machine only slows runs down. */
const rounds = 7;
/** Most such runs while a built Python seems slow: on a busy machine, seven may all be slowed down. */
const mostRounds = 70;

const describe = `
import importlib, json, platform, sys, sysconfig
missing = []
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ImportError as error:
        missing.append(f"{name} ({error})")
print(json.dumps({
    "version": platform.python_version(),
    "prefix": sys.prefix,
    "flags": sysconfig.get_config_var("CONFIG_ARGS") or "",
    "missing": missing,
}))
`;
const described = z.object({ version: z.string(), prefix: z.string(), flags: z.string(), missing: z.array(z.string()) });

/** Small workload of calls, attributes, numbers, texts, dictionaries and sorting. Prints the seconds of the best of three runs. */
const loop = `
import json, time

class Body:
    def __init__(self, x, v):
        self.x, self.v = x, v

    def step(self, dt):
        self.x += self.v * dt
        self.v -= self.x * dt
        return self.x

def work():
    bodies = [Body(i * 0.1, 1.0 - i * 0.05) for i in range(20)]
    total = sum(body.step(0.01) for _ in range(800) for body in bodies)
    counts = {}
    for i in range(12000):
        key = f"k{i * 7919 % 613}"
        counts[key] = counts.get(key, 0) + 1
    words = sorted(counts, key=lambda word: (counts[word], word))
    return total, json.loads(json.dumps(counts)) == counts, " ".join(words).upper().split()[::3]

best = float("inf")
for _ in range(3):
    start = time.perf_counter()
    work()
    best = min(best, time.perf_counter() - start)
print(best)
`;

/** Fault of a built Python. `forGood`: only another build can fix it. */
export class SmokeError extends UserError {
  readonly forGood: boolean;

  constructor(message: string, hint: string, forGood: boolean) {
    super(message, hint);
    this.forGood = forGood;
  }
}

/**
 * Checks that a new Python is fit for measuring: complete, built as declared, not slow.
 * @throws SmokeError where not.
 */
export async function smokeTest(built: Built, flags: readonly string[], account: Account, log: (line: string) => void): Promise<void> {
  log(`Python ${built.version}: smoke test`);
  const run = as(account);
  const asked = await run({ nothrow: true, timeout: "1m" })`${built.interpreter} -I -c ${describe} ${modules}`;
  if (asked.exitCode !== 0) {
    throw new SmokeError(`${built.interpreter} does not run: ${asked.stderr.trim().split("\n").at(-1)}`, again, true);
  }
  const blocker = blockerOf(described.parse(JSON.parse(asked.stdout)), built, flags);
  if (blocker !== undefined) throw new SmokeError(`the built Python is not the declared one: ${blocker}`, again, true);
  await refuseSlow(built, account, log);
}

const again = `correct \`packages:\` or python.build, then run \`${commandLine("up")}\` again: it builds anew`;

/** Returns the fault of a Python by its own report. */
export function blockerOf(
  is: z.infer<typeof described>,
  built: Pick<Built, "version" | "prefix">,
  flags: readonly string[],
): string | undefined {
  const unset = flags.filter((flag) => !is.flags.includes(`'${flag}'`));
  if (is.missing.length > 0) return `it cannot import ${is.missing.join(", ")}`;
  if (is.version !== built.version) return `it is Python ${is.version}, its source ${built.version}`;
  if (is.prefix !== built.prefix) return `it is installed for ${is.prefix}, not ${built.prefix}`;
  return unset.length > 0 ? `sysconfig does not show ${unset.join(" ")}` : undefined;
}

async function refuseSlow(built: Built, account: Account, log: (line: string) => void): Promise<void> {
  const distribution = await versionOf(distributionPython);
  if (distribution === undefined || !isAsNew(built.version, distribution)) {
    log(`Python ${built.version}: not compared with the distribution's ${distribution ?? "Python"}: an older one may be slower`);
    return;
  }
  let best = { own: Infinity, distribution: Infinity };
  for (let round = 0; round < rounds || (best.own > slowest * best.distribution && round < mostRounds); round++) {
    best = {
      own: Math.min(best.own, await secondsOf(built.interpreter, account)),
      distribution: Math.min(best.distribution, await secondsOf(distributionPython, account)),
    };
  }
  const ratio = best.own / best.distribution;
  const words = `Python ${built.version} takes ${ratio.toFixed(2)} of the time of the distribution's ${distribution}`;
  log(words);
  if (ratio <= slowest) return;
  throw new SmokeError(
    `${words}, and may take ${slowest}: its optimizations did not help`,
    `run \`${commandLine("up")}\` again, which repeats the comparison, or correct python.build (a profile task that runs too little, say)`,
    false,
  );
}

async function secondsOf(interpreter: string, account: Account): Promise<number> {
  return Number((await as(account)({ timeout: "5m" })`${interpreter} -I -c ${loop}`).stdout);
}
