import { execFileSync } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { commitAll, gitIn } from "../../../lab/git.ts";
import { makeSuite } from "../../../lab/suite.ts";
import { workloadsAt } from "../../../runner/import/workloads.ts";
import { suiteFiles } from "../../../runner/suites/runbench.ts";
import { readListing } from "../../../runner/suites/runbench-listing.ts";
import { listingProgram } from "../../../runner/suites/runbench-python.ts";
import { accountOf } from "../../../runner/system/account.ts";
import { Repositories } from "../repositories.ts";

const account = userInfo().username;
let repositories: Repositories;
let suite: string;
beforeAll(async () => {
  repositories = await Repositories.make(account);
  suite = join(repositories.folder, "suite");
  await makeSuite(suite);
});
afterAll(() => repositories.remove());

/** What running the suite tells. */
async function listed(revision: string): Promise<Map<string, string>> {
  const stdout = execFileSync("python3", ["-B", "-c", listingProgram], { cwd: suite, encoding: "utf8" });
  const listing = readListing(stdout, await suiteFiles(await accountOf(account), suite, revision));
  if (!listing.ok) throw new Error(listing.problem);
  return new Map(listing.benchmarks.map(({ name, workload }) => [name, workload]));
}

test("odd files, and modules that exit or cannot be imported, keep no other benchmark from being listed", async () => {
  const sound = await listed(await head());
  const odd = {
    "benchmarks/run-local.py": "raise SystemExit",
    "benchmarks/class.py": "",
    "benchmarks/umlaut.py": "from benchmarking import benchmark\n\n@benchmark()\ndef größe() -> None:\n    pass\n",
    "benchmarks/exits.py":
      "import os\nfrom benchmarking import benchmark\n\n@benchmark()\ndef exiting() -> None:\n    pass\n\nos._exit(0)\n",
    "benchmarks/dies.py": "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n",
    "microbenchmarks/torn.py": "from benchmarking import benchmark\n\n@benchmark(compiled_only=True)\ndef torn(:\n    pass\n",
  };
  for (const [path, text] of Object.entries(odd)) await writeFile(join(suite, path), text);
  onTestFinished(async () => void (await Promise.all(Object.keys(odd).map((path) => rm(join(suite, path))))));
  const stdout = execFileSync("python3", ["-B", "-c", listingProgram], {
    cwd: suite,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const listing = readListing(stdout, await suiteFiles(await accountOf(account), suite, await head()));
  if (!listing.ok) throw new Error(listing.problem);
  const names = listing.benchmarks.filter(({ broken }) => !broken).map(({ name }) => name);
  expect(names).toEqual([...sound.keys()].sort());
  expect(new Map(listing.benchmarks.filter(({ broken }) => !broken).map(({ name, workload }) => [name, workload]))).toEqual(sound);
  expect(listing.unlisted.map(({ what, problem, benchmarks }) => `${what}: ${problem} [${benchmarks.join()}]`).sort()).toEqual([
    "benchmarks/class.py: its name is not the name of a module []",
    "benchmarks/dies.py: importing it was ended by signal 11 []",
    "benchmarks/exits.py: it ends the process that imports it [exiting]",
    "benchmarks/run-local.py: its name is not the name of a module []",
    expect.stringMatching(/^benchmarks\/umlaut\.py: größe: it is not named by ASCII/),
    expect.stringMatching(/^microbenchmarks\/torn\.py: SyntaxError: .* \[torn\]$/),
  ]);
});

const head = async () => (await gitIn(suite)`git rev-parse HEAD`).stdout.trim();

test("the text of a suite's revision tells the workloads that running it tells, and which of them an edit changed", async () => {
  const first = await head();
  const atFirst = await listed(first);
  expect(atFirst.size).toBeGreaterThan(4);

  const file = join(suite, "benchmarks/text.py");
  await writeFile(file, (await readFile(file, "utf8")).replace("6000", "6001"));
  await commitAll(suite, "A longer text", Date.UTC(2026, 0, 1) / 1000);
  const second = await head();
  const atSecond = await listed(second);

  const clone = { root: suite, account: await accountOf(account) };
  const found = await workloadsAt(clone, [first, second, "0".repeat(40)]);
  expect([...found.keys()].sort()).toEqual([first, second].sort());
  expect(found.get(first)).toEqual(atFirst);
  expect(found.get(second)).toEqual(atSecond);
  const changed = [...atFirst.keys()].filter((name) => atFirst.get(name) !== atSecond.get(name));
  expect(changed).toContain("word_count");
  expect(changed.length).toBeLessThan(atFirst.size);
});
