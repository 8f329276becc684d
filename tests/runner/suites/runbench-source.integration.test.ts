import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commitAll, gitIn } from "../../../lab/git.ts";
import { makeSuite } from "../../../lab/suite.ts";
import { workloadsAt } from "../../../runner/legacy/workloads.ts";
import { suiteFiles } from "../../../runner/suites/runbench.ts";
import { readListing } from "../../../runner/suites/runbench-listing.ts";
import { listingProgram } from "../../../runner/suites/runbench-python.ts";
import { accountOf } from "../../../runner/host/account.ts";
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
