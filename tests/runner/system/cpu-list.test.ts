import { expect, test } from "vitest";
import { readCpuList, writeCpuList } from "../../../runner/system/cpu-list.ts";

test.each([
  ["0-3,8", [0, 1, 2, 3, 8]],
  ["0-1 4\n", [0, 1, 4]],
  ["7\n", [7]],
  ["\n", []],
  ["(none)", []],
])("the processors of %j are %j", (text, cpus) => {
  expect(readCpuList(text)).toEqual(cpus);
});

test.each([
  [[8, 3, 2, 1, 0, 1], "0-3,8"],
  [[5], "5"],
  [[], ""],
])("%j are written as the kernel writes them: %j", (cpus, text) => {
  expect(writeCpuList(cpus)).toBe(text);
});
