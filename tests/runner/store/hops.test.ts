import { chown, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, expectTypeOf, test } from "vitest";
import type * as z from "zod";
import { UserError } from "../../../config/user-error.ts";
import { accountOf, type Account } from "../../../runner/host/account.ts";
import type { Hop, HopFile } from "../../../runner/model.ts";
import { readHops, writeHops } from "../../../runner/store/hops.ts";
import type { hopFileSchema } from "../../../runner/store/schema.ts";
import { removeHalfResults } from "../../../runner/store/sessions.ts";

const isRoot = userInfo().uid === 0;
let root: string;
let account: Account;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "evenkeel-hops-"));
  account = await accountOf(isRoot ? "nobody" : userInfo().username);
});
afterEach(() => rm(root, { recursive: true }));

const linked: Hop = {
  benchmark: "richards",
  variant: "compiled",
  from: { environment: "e0aaaaaabbbb", workload: "w1" },
  to: { environment: "e1aaaaaabbbb", workload: "w1" },
  status: "linked",
  factor: { phi: -0.0123456, standardError: 0.00321, degreesOfFreedom: 8 },
  revisions: ["0123456789abcdef0123456789abcdef01234567"],
};
const { factor: _, ...withoutFactor } = linked;
const broken: Hop = { ...withoutFactor, benchmark: "deltablue", status: "broken", reason: "it fails in the new environment" };
const example: HopFile = { schema: 1, n: 1, host: "bench-1", written: "2026-11-23T10:11:12.000Z", hops: [linked, broken] };
const path = "hops/e0aaaaaa-e1aaaaaa-1.json";

test("what the schema accepts is exactly what model.ts says", () => {
  expectTypeOf<z.infer<typeof hopFileSchema>>().toEqualTypeOf<HopFile>();
});

test("hops are read back as they were written, a line each, and belong to the account", async () => {
  const later = { ...example, n: 2, hops: [{ ...linked, status: "weak" as const }] };
  await writeHops(root, account, later);
  await writeHops(root, account, example);
  expect(await readHops(root)).toEqual({ files: [example, later], all: [example, later], damaged: [] });
  expect(await readdir(join(root, "hops"))).toEqual(["e0aaaaaa-e1aaaaaa-1.json", "e0aaaaaa-e1aaaaaa-2.json"]);
  const text = await readFile(join(root, path), "utf8");
  expect(text.split("\n").filter((line) => line.startsWith('{"benchmark"'))).toHaveLength(2);
  for (const made of [path, "hops"]) expect((await stat(join(root, made))).uid).toBe(account.uid);
});

test("writing the same hops again is harmless, writing others under their number is refused", async () => {
  await writeHops(root, account, example);
  await writeHops(root, account, example);
  await expect(writeHops(root, account, { ...example, host: "bench-2" })).rejects.toThrow(UserError);
  expect((await readHops(root)).files).toEqual([example]);
});

test("a switch of the workload alone is a file of its environment", async () => {
  const edited = { ...linked, to: { ...linked.from, workload: "w2" } };
  await writeHops(root, account, { ...example, hops: [edited] });
  expect(await readdir(join(root, "hops"))).toEqual(["e0aaaaaa-e0aaaaaa-1.json"]);
  expect((await readHops(root)).files).toHaveLength(1);
});

test("hops that cannot have a file are a mistake of the program", async () => {
  const elsewhere = { ...linked, to: { environment: "e2", workload: "w1" } };
  await expect(writeHops(root, account, { ...example, hops: [] })).rejects.toThrow(RangeError);
  await expect(writeHops(root, account, { ...example, hops: [linked, elsewhere] })).rejects.toThrow("not of one pair of environments");
  await expect(writeHops(root, account, { ...example, hops: [{ ...withoutFactor, status: "linked" }] })).rejects.toThrow(
    "without a factor",
  );
  expect(await readHops(root)).toEqual({ files: [], all: [], damaged: [] });
});

test.each([
  ["cut off", (text: string) => text.slice(0, 100), /JSON/],
  ["of another schema", (text: string) => text.replace('"schema": 1', '"schema": 2'), /schema/],
  ["with a negative error", (text: string) => text.replace("0.00321", "-1"), /hops\.0\.factor\.standardError/],
  ["under another's name", (text: string) => text.replace('"n": 1', '"n": 3'), /e0aaaaaa-e1aaaaaa-3/],
])("a hop file %s is told, and the others are read", async (_, damage, problem) => {
  const later = { ...example, n: 2 };
  await writeHops(root, account, example);
  await writeHops(root, account, later);
  await writeFile(join(root, path), damage(await readFile(join(root, path), "utf8")));
  const { files, damaged } = await readHops(root);
  expect(files).toEqual([later]);
  expect(damaged.map((file) => file.path)).toEqual([join(root, path)]);
  expect(damaged[0]?.problem).toMatch(problem);
});

test("what a killed run left half-made of them goes", async () => {
  await chown(root, account.uid, account.gid);
  await writeHops(root, account, example);
  await writeFile(join(root, "hops/.e0-e1-2.json.17.4711.01234567.tmp"), "{");
  await removeHalfResults({ root, account });
  expect(await readdir(join(root, "hops"))).toEqual(["e0aaaaaa-e1aaaaaa-1.json"]);
});

test("an error that is not known is left out of the file, and is not known when it is read", async () => {
  const unknown: Hop = { ...linked, status: "weak", factor: { phi: 0.25, standardError: Infinity, degreesOfFreedom: 1 } };
  const file = { ...example, hops: [unknown] };
  await writeHops(root, account, file);
  expect(await readFile(join(root, path), "utf8")).toContain('"factor":{"phi":0.25}');
  expect((await readHops(root)).files).toEqual([file]);
});
