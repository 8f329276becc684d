import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lineDifferences, unifiedDiff } from "../../../runner/resources/diff.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "evenkeel-diff-"));
  file = join(folder, "file");
});
afterEach(() => rm(folder, { recursive: true }));

test("a diff is unified, from the file to what is declared; equal texts have none, a missing file is empty", async () => {
  expect(await unifiedDiff(file, "a\n")).toContain("\n@@ -0,0 +1 @@\n+a\n");
  await writeFile(file, "a\nb\n");
  expect(await unifiedDiff(file, "a\nc\n")).toBe(`--- ${file} (now)\n+++ ${file} (as declared)\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n`);
  expect(await unifiedDiff(file, "a\nb\n")).toBe("");
});

test("the difference of a file is its own lines and the declared ones, not those they share", async () => {
  await writeFile(file, "a\nb\nc\n");
  expect(await lineDifferences(file, "a\nB\nc\n")).toEqual([{ what: file, is: "b", shouldBe: "B" }]);
  expect(await lineDifferences(file, "a\nc\n")).toEqual([{ what: file, is: "b", shouldBe: "without this line" }]);
  expect(await lineDifferences(file, "a\nb\nc\nd\n")).toEqual([{ what: file, is: "without the line", shouldBe: "d" }]);
  expect(await lineDifferences(file, "a\nb\nc\n")).toEqual([]);
});

test("lines that moved or repeat are a difference, though each of them is declared", async () => {
  await writeFile(file, "b\na\n");
  expect(await lineDifferences(file, "a\nb\n")).toHaveLength(1);
  await writeFile(file, "a\nb\nb\n");
  expect(await lineDifferences(file, "a\nb\n")).toEqual([{ what: file, is: "b", shouldBe: "without this line" }]);
});

test("a file that a crash filled with zeros, and one of megabytes, are compared too", async () => {
  await writeFile(file, "\0".repeat(4096));
  expect(await lineDifferences(file, "a\n")).toMatchObject([{ what: file, shouldBe: "a" }]);
  await writeFile(file, `${"x".repeat(100)}\n`.repeat(20_000));
  expect(await lineDifferences(file, `${"x".repeat(100)}\n`.repeat(20_000))).toEqual([]);
});

test("what cannot be compared is an error: it must not pass for equal", async () => {
  await expect(unifiedDiff(folder, "a\n")).rejects.toThrow(folder);
});
