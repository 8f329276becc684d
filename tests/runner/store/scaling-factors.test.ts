import { chown, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../../../config/user-error.ts";
import { accountOf, type Account } from "../../../runner/system/account.ts";
import type { ScalingFactor, ScalingFile } from "../../../runner/model.ts";
import { readScalingFactors, writeScalingFactors } from "../../../runner/store/scaling-factors.ts";
import { removeHalfResults } from "../../../runner/store/sessions.ts";

const isRoot = userInfo().uid === 0;
let root: string;
let account: Account;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "evenkeel-scaling-"));
  account = await accountOf(isRoot ? "nobody" : userInfo().username);
});
afterEach(() => rm(root, { recursive: true }));

const linked: ScalingFactor = {
  benchmark: "richards",
  variant: "compiled",
  from: { environment: "e0aaaaaabbbb", workload: "w1" },
  to: { environment: "e1aaaaaabbbb", workload: "w1" },
  status: "linked",
  factor: { phi: -0.0123456, standardError: 0.00321, degreesOfFreedom: 8 },
  revisions: ["0123456789abcdef0123456789abcdef01234567"],
};
const { factor: _, ...withoutFactor } = linked;
const broken: ScalingFactor = { ...withoutFactor, benchmark: "deltablue", status: "broken", reason: "it fails in the new environment" };
const example: ScalingFile = { schema: 1, n: 1, host: "bench-1", written: "2026-11-23T10:11:12.000Z", scalingFactors: [linked, broken] };
const path = "scaling/e0aaaaaa-e1aaaaaa-1.json";

test("scaling factors are read back as they were written, a line each, and belong to the account", async () => {
  const later = { ...example, n: 2, scalingFactors: [{ ...linked, status: "weak" as const }] };
  await writeScalingFactors(root, account, later);
  await writeScalingFactors(root, account, example);
  expect(await readScalingFactors(root)).toEqual({ files: [example, later], all: [example, later], damaged: [] });
  expect(await readdir(join(root, "scaling"))).toEqual(["e0aaaaaa-e1aaaaaa-1.json", "e0aaaaaa-e1aaaaaa-2.json"]);
  const text = await readFile(join(root, path), "utf8");
  expect(text.split("\n").filter((line) => line.startsWith('{"benchmark"'))).toHaveLength(2);
  for (const made of [path, "scaling"]) expect((await stat(join(root, made))).uid).toBe(account.uid);
});

test("writing the same scaling factors again is harmless, writing others under their number is refused", async () => {
  await writeScalingFactors(root, account, example);
  await writeScalingFactors(root, account, example);
  await expect(writeScalingFactors(root, account, { ...example, host: "bench-2" })).rejects.toThrow(UserError);
  expect((await readScalingFactors(root)).files).toEqual([example]);
});

test("a transition of the workload alone is a file of its environment", async () => {
  const edited = { ...linked, to: { ...linked.from, workload: "w2" } };
  await writeScalingFactors(root, account, { ...example, scalingFactors: [edited] });
  expect(await readdir(join(root, "scaling"))).toEqual(["e0aaaaaa-e0aaaaaa-1.json"]);
  expect((await readScalingFactors(root)).files).toHaveLength(1);
});

test("scaling factors that cannot have a file are a mistake of the program", async () => {
  const elsewhere = { ...linked, to: { environment: "e2", workload: "w1" } };
  await expect(writeScalingFactors(root, account, { ...example, scalingFactors: [] })).rejects.toThrow(RangeError);
  await expect(writeScalingFactors(root, account, { ...example, scalingFactors: [linked, elsewhere] })).rejects.toThrow(
    "not of one pair of environments",
  );
  await expect(
    writeScalingFactors(root, account, { ...example, scalingFactors: [{ ...withoutFactor, status: "linked" }] }),
  ).rejects.toThrow("without a factor");
  expect(await readScalingFactors(root)).toEqual({ files: [], all: [], damaged: [] });
});

test.each([
  ["cut off", (text: string) => text.slice(0, 100), /JSON/],
  ["of another schema", (text: string) => text.replace('"schema": 1', '"schema": 2'), /schema/],
  ["with a negative error", (text: string) => text.replace("0.00321", "-1"), /scalingFactors\.0\.factor\.standardError/],
  ["under another's name", (text: string) => text.replace('"n": 1', '"n": 3'), /e0aaaaaa-e1aaaaaa-3/],
])("a scaling file %s is told, and the others are read", async (_, damage, problem) => {
  const later = { ...example, n: 2 };
  await writeScalingFactors(root, account, example);
  await writeScalingFactors(root, account, later);
  await writeFile(join(root, path), damage(await readFile(join(root, path), "utf8")));
  const { files, damaged } = await readScalingFactors(root);
  expect(files).toEqual([later]);
  expect(damaged.map((file) => file.path)).toEqual([join(root, path)]);
  expect(damaged[0]?.problem).toMatch(problem);
});

test("what a killed run left half-made of them goes", async () => {
  await chown(root, account.uid, account.gid);
  await writeScalingFactors(root, account, example);
  await writeFile(join(root, "scaling/.e0-e1-2.json.17.4711.01234567.tmp"), "{");
  await removeHalfResults({ root, account });
  expect(await readdir(join(root, "scaling"))).toEqual(["e0aaaaaa-e1aaaaaa-1.json"]);
});

test("an error that is not known is left out of the file, and is not known when it is read", async () => {
  const unknown: ScalingFactor = { ...linked, status: "weak", factor: { phi: 0.25, standardError: Infinity, degreesOfFreedom: 1 } };
  const file = { ...example, scalingFactors: [unknown] };
  await writeScalingFactors(root, account, file);
  expect(await readFile(join(root, path), "utf8")).toContain('"factor":{"phi":0.25}');
  expect((await readScalingFactors(root)).files).toEqual([file]);
});
