import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { namesIn, textIn } from "../../../runner/system/contents.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "evenkeel-contents-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a text comes without the line's end, and a missing file is empty", async () => {
  await writeFile(join(folder, "governor"), " performance schedutil \n");
  expect(await textIn(join(folder, "governor"))).toBe("performance schedutil");
  expect(await textIn(join(folder, "missing"))).toBe("");
  expect(await textIn(folder)).toBe("");
});

test("names in a folder are sorted, and a missing one has none", async () => {
  for (const name of ["b", "a", "c"]) await writeFile(join(folder, name), "");
  expect(await namesIn(folder)).toEqual(["a", "b", "c"]);
  expect(await namesIn(join(folder, "missing"))).toEqual([]);
});
