import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { readJsonFile } from "../../../runner/system/json-file.ts";
import { readTuningJournal } from "../../../runner/system/tuning-journal.ts";

const schema = z.object({ why: z.string() });
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "evenkeel-json-"));
  file = join(folder, "file.json");
});
afterEach(() => rm(folder, { recursive: true }));

test("a file of the schema is its value", async () => {
  await writeFile(file, '{"why": "maintenance"}\n');
  expect(await readJsonFile(file, schema)).toEqual({ why: "maintenance" });
});

test.each([
  ["cut off", '{"why": "mainten'],
  ["empty", ""],
  ["of another schema", '{"since": "2026-11-30"}'],
])("a file that is %s counts as none", async (_, text) => {
  await writeFile(file, text);
  expect(await readJsonFile(file, schema)).toBeUndefined();
});

test("a missing file and a folder in its place count as none", async () => {
  expect(await readJsonFile(file, schema)).toBeUndefined();
  await mkdir(file);
  expect(await readJsonFile(file, schema)).toBeUndefined();
});

test("a schema may say what a damaged file stands for: a missing one stays none", async () => {
  const caught = schema.catch({ why: "damaged" });
  expect(await readJsonFile(file, caught)).toBeUndefined();
  await writeFile(file, "{");
  expect(await readJsonFile(file, caught)).toEqual({ why: "damaged" });
});

test("a damaged tuning journal is not taken for none: the machine may still be tuned", async () => {
  expect(await readTuningJournal(file)).toBeUndefined();
  for (const text of ["{", '{"bootId": "1"}']) {
    await writeFile(file, text);
    expect(await readTuningJournal(file)).toBe("damaged");
  }
});
