import { expect, test } from "vitest";
import { baselines, configurationOf, contextsOf } from "../../../runner/import/contexts.ts";
import { environment } from "../report/fixture.ts";
import { day, imported, newer, older, row } from "./fixture.ts";

const python = (version: string) => configurationOf(environment("e1", { cpu: "i7", python: { version } })).python;

test("a configuration is the processor and Python's first two numbers", () => {
  expect([python("3.10.2"), python("3.8"), python("pypy")]).toEqual(["3.10", "3.8", "pypy"]);
});

const interpreted = (seconds: number, changes: Parameters<typeof row>[0] = {}) =>
  row({ variant: "interpreted", ...older, seconds, ...changes });

test("a baseline is the first row of the interpreter that did not fail, of that hardware and Python", () => {
  const of = baselines([row({ ...older, seconds: 9 }), interpreted(0), interpreted(2), interpreted(3), interpreted(4, newer)]);
  expect(of("richards", { ...older, python: "3.8" })).toBe(2);
  expect(of("richards", { ...newer, python: "3.10" })).toBe(4);
  expect(of("richards", { ...older, python: "3.10" })).toBeUndefined();
  expect(of("other", { ...older, python: "3.8" })).toBeUndefined();
});

test("contexts come in the order in which they were first measured in, with a value of each revision", () => {
  const { sessions, environments } = imported([
    row({ ...newer, seconds: 1, taken: day(5) }),
    row({ ...older, seconds: 2, taken: day(1) }),
    row({ ...older, seconds: 2.2, taken: day(9) }),
    row({ ...older, variant: "interpreted", seconds: 8, taken: day(0) }),
  ]);
  const found = contextsOf(sessions, new Map(environments.map((one) => [one.id, one]))).get("richards") ?? [];
  expect(found.map(({ configuration, first, last }) => [configuration.python, first, last])).toEqual([
    ["3.8", day(1), day(9)],
    ["3.10", day(5), day(5)],
  ]);
  expect(found.map(({ values }) => [...values.values()].map(({ value }) => value))).toEqual([[expect.closeTo(2.1, 1)], [1]]);
});
