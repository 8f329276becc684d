import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../../../config/user-error.ts";
import { accountOf, type Account } from "../../../runner/system/account.ts";
import type { Decision } from "../../../runner/model.ts";
import { nextNumber, readDecisions, writeDecision } from "../../../runner/store/decisions.ts";
import { decision } from "../report/fixture.ts";

let root: string;
let account: Account;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "evenkeel-decisions-"));
  account = await accountOf(userInfo().uid === 0 ? "nobody" : userInfo().username);
});
afterEach(() => rm(root, { recursive: true }));

const example = decision(3, { context: { environment: "e0aaaaaabbbb", workload: "w1" } });
const name = `sort-${example.firstBad.slice(0, 12)}-e0aaaaaa-1.json`;

test("decisions are read back as they were written, and belong to the account", async () => {
  const { change: _, ...without } = example;
  const unconfirmable: Decision = { ...without, n: 2, outcome: "unconfirmable", reason: "compile: cc said no" };
  const narrowed: Decision = { ...decision(2), supersedes: { firstBad: example.firstBad, n: 1 }, found: "bisection" };
  for (const one of [example, unconfirmable, narrowed]) await writeDecision(root, account, one);
  const { decisions, damaged } = await readDecisions(root);
  expect(damaged).toEqual([]);
  expect(decisions).toHaveLength(3);
  expect(decisions).toEqual(expect.arrayContaining([example, unconfirmable, narrowed]));
  expect((await stat(join(root, "decisions", name))).uid).toBe(account.uid);
});

test("they are numbered by benchmark, revision and environment", () => {
  expect(nextNumber(example, [])).toBe(1);
  expect(nextNumber(example, [{ ...example, n: 2 }, example])).toBe(3);
  expect(nextNumber(decision(4), [example])).toBe(1);
  expect(nextNumber({ ...example, context: { environment: "e1aaaaaabbbb", workload: "w1" } }, [example])).toBe(1);
});

test("a benchmark's name cannot lead out of the folder", async () => {
  await writeDecision(root, account, { ...example, benchmark: "../../sort all" });
  expect(await readdir(join(root, "decisions"))).toEqual([expect.stringMatching(/^[\w-]+-e0aaaaaa-1\.json$/)]);
  expect((await readDecisions(root)).decisions).toHaveLength(1);
});

test("the same again is harmless, another under its number is refused; what decides nothing is a mistake of the program", async () => {
  await writeDecision(root, account, example);
  await writeDecision(root, account, example);
  await expect(writeDecision(root, account, { ...example, outcome: "rejected" })).rejects.toThrow(UserError);
  const { change: _, ...without } = example;
  await expect(writeDecision(root, account, { ...without, n: 2 })).rejects.toThrow("decided without a change");
  expect((await readDecisions(root)).decisions).toEqual([example]);
});

test("a damaged one is told, and the others are read", async () => {
  await writeDecision(root, account, example);
  await writeDecision(root, account, { ...example, n: 2 });
  const path = join(root, "decisions", name);
  await writeFile(path, (await readFile(path, "utf8")).replace("confirmed", "certain"));
  const { decisions, damaged } = await readDecisions(root);
  expect(decisions.map(({ n }) => n)).toEqual([2]);
  expect(damaged).toEqual([{ path, problem: expect.stringContaining("outcome") }]);
});
