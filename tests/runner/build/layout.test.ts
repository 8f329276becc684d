import { expect, test } from "vitest";
import { paddingBytes, paddingSource } from "../../../runner/build/layout.ts";

const revision = "0123456789abcdef0123456789abcdef01234567";

test("each layout of each revision has padding of its own, the same whenever it is built", () => {
  const all = Array.from({ length: 200 }, (_, index) => paddingBytes(revision, index + 1));
  expect(all).toEqual(Array.from({ length: 200 }, (_, index) => paddingBytes(revision, index + 1)));
  expect(new Set(all).size).toBeGreaterThan(180);
  expect(paddingBytes(revision.replace("0", "1"), 1)).not.toBe(all[0]);
});

test("padding keeps functions aligned to 16 bytes, and moves them to every place in a cache line", () => {
  const all = Array.from({ length: 200 }, (_, index) => paddingBytes(revision, index + 1));
  expect(all.every((bytes) => bytes % 16 === 0 && bytes >= 16 && bytes < 65536)).toBe(true);
  expect(new Set(all.map((bytes) => bytes % 64))).toEqual(new Set([0, 16, 32, 48]));
});

test("code, constants and data are padded, and no stack is made executable", () => {
  const source = paddingSource(48);
  expect(source.match(/\.skip 48/g)).toHaveLength(4);
  expect(source).toContain(".note.GNU-stack");
});
