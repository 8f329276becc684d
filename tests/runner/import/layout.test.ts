import { describe, expect, test } from "vitest";
import { parseLayout } from "../../../runner/import/layout.ts";
import { header } from "../../../runner/import/row.ts";
import { line, parsed } from "./lines.ts";

test("the files of interpreter, benchmark and factors are distinguished", () => {
  const files = new Map([
    ["a.csv", `${header}\r\n${line}\r\n`],
    ["a-cpython.csv", `${header}\n${line}\n`],
    ["scaling.csv", "a,0.8331749499467541,Intel Core i7-2600K (64-bit),3.8,Intel Core i5-1145G7 (64-bit),3.8\n"],
  ]);
  const { rows, scaling, bad } = parseLayout(files);
  expect(bad).toEqual([]);
  expect(rows.map(({ benchmark, variant }) => [benchmark, variant])).toEqual([
    ["a", "interpreted"],
    ["a", "compiled"],
  ]);
  expect(scaling).toEqual([
    {
      benchmark: "a",
      factor: 0.8331749499467541,
      from: { hardware: "Intel Core i7-2600K (64-bit)", python: "3.8" },
      to: { hardware: "Intel Core i5-1145G7 (64-bit)", python: "3.8" },
    },
  ]);
});

test("a repeated line is one row; an equal value at another time is another", () => {
  expect(parsed(line, line, line.replace("10:11:12.3", "10:11:13.3")).rows).toHaveLength(2);
});

describe("an invalid line is reported with its file, number and problem, and the others are read", () => {
  test.each([
    ["a field too many", `${line},x`, "it has 10 fields, not 9"],
    ["no time", line.replace("2021-05-09", "yesterday"), "Timestamp"],
    ["a day that is none", line.replace("2021-05-09", "2021-02-31"), "Timestamp"],
    ["an hour that is none", line.replace("10:11", "25:11"), "Timestamp"],
    ["a word for the seconds", line.replace("0.123456", "nan"), 'Runtime (s): "nan" is not a number of seconds'],
    ["negative seconds", line.replace("0.123456", "-1"), "Runtime (s)"],
    ["endless seconds", line.replace("0.123456", "1e999"), "Runtime (s)"],
    ["no deviation", line.replace("0.512345", ""), "Runtime (stddev): empty, write a number of percent"],
    ["a short commit", line.replace("5de1ea5ff1ba", ""), "Mypy commit"],
    ["a suite that is none", line.replace("0123456789abcdef01", "master"), "Benchmark commit"],
    ["no Python", line.replace("3.8.5", "three"), "Python version"],
    ["no hardware", line.replace("Intel Core i5-1145G7 (64-bit)", " "), "Hardware"],
    ["an OS with a control character", line.replace("LTS", "\u0007"), "OS"],
    ["no compiler", line.replace("clang 10.0.0-4ubuntu1", ""), "C compiler"],
  ])("%s", (_, wrong, problem) => {
    const { rows, bad } = parsed(line, wrong, line.replace("0.123456", "0.2"));
    expect(rows).toHaveLength(2);
    expect(bad).toEqual([{ file: "richards.csv", line: 3, problem: expect.stringContaining(problem) }]);
  });

  test.each([
    ["a,1.5,H,3.8,H,3.9,x", "it has 7 fields, not 6"],
    ["a,0,H,3.8,H,3.9", "factor"],
    ["a,1.5,H,3.8.1,H,3.9", "old Python"],
    ["a,1.5,H,3.8,,3.9", "new hardware"],
    ["a,1.5,H,3.8,H,3.8", "its old and new configuration are the same"],
  ])("a factor: %s", (wrong, problem) => {
    const { bad } = parseLayout(new Map([["scaling.csv", `${wrong}\n`]]));
    expect(bad).toEqual([{ file: "scaling.csv", line: 1, problem: expect.stringContaining(problem) }]);
  });

  test("another header, a file that is named after no benchmark", () => {
    const files = new Map([
      ["a.csv", `Time,Seconds\n${line}\n`],
      ["-.csv", `${header}\n`],
    ]);
    expect(parseLayout(files).bad.map(({ file, line: at }) => [file, at])).toEqual([
      ["-.csv", 1],
      ["a.csv", 1],
    ]);
  });
});
