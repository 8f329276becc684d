import { describe, expect, test } from "vitest";
import { canOverlap, entryFor, isNamedBy } from "../../config/benchmark-pattern.ts";

describe("a pattern names a benchmark", () => {
  test.each([
    ["mypy_*", ["mypy_self_check", "mypy_"], ["xmypy_startup", "mypy"]],
    ["*_mypyc", ["bm_richards_mypyc", "_mypyc"], ["bm_mypyc_x"]],
    ["bm_?", ["bm_a"], ["bm_", "bm_ab"]],
    ["a*b*c", ["abc", "aXbYbc"], ["ab", "acb"]],
    ["sort.fast", ["sort.fast"], ["sortXfast", "sort.faster"]],
    ["*", ["anything"], []],
  ])("as a whole: %s", (pattern, named, others) => {
    expect(named.filter((name) => !isNamedBy(name, [pattern]))).toEqual([]);
    expect(others.filter((name) => isNamedBy(name, [pattern]))).toEqual([]);
  });

  test("quickly, with any number of stars", () => {
    const started = performance.now();
    expect(isNamedBy("a".repeat(200), [`${"a*".repeat(90)}b`])).toBe(false);
    expect(canOverlap(`${"a*".repeat(90)}b`, `${"*a".repeat(90)}c`)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

test.each([
  ["mypy_*", "mypy_startup", true],
  ["mypy_*", "*_startup", true],
  ["mypy_*", "bm_*", false],
  ["a?c", "ab*", true],
  ["a?c", "ab", false],
  ["x", "x", true],
  ["*", "x", true],
])("%s and %s can name one benchmark: %s", (a, b, is) => {
  expect([canOverlap(a, b), canOverlap(b, a)]).toEqual([is, is]);
});

test("an exact name has precedence over a pattern before it", () => {
  const entries = [{ of: "*" }, { of: "sort" }];
  expect(entryFor("sort", entries, ({ of }) => [of])).toBe(entries[1]);
  expect(entryFor("other", entries, ({ of }) => [of])).toBe(entries[0]);
});
