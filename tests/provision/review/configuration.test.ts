import { describe, expect, test } from "vitest";
import { configurationChanges } from "../../../provision/review/configuration.ts";

describe("configurationChanges", () => {
  test("lists each property that differs by its path in the file, with the old and the new value", () => {
    const is = { python: { version: "3.12", source: "auto" }, measure: { samples: 5 }, packages: ["git"] };
    const willBe = { python: { version: "3.13", source: "auto" }, measure: { samples: 5, cores: [1] }, packages: ["git", "jq"] };
    expect(configurationChanges(is, willBe)).toEqual([
      { path: "python.version", is: "3.12", willBe: "3.13" },
      { path: "measure.cores", willBe: "1" },
      { path: "packages", is: "git", willBe: "git, jq" },
    ]);
  });

  test("identifies entries of a list by their names, at any index", () => {
    const read = { name: "read", run: "cat" };
    const sort = { name: "sort", run: "sort" };
    expect(configurationChanges({ benchmarks: [read, sort] }, { benchmarks: [sort, { ...read, run: "tac" }] })).toEqual([
      { path: "benchmarks[read].run", is: "cat", willBe: "tac" },
    ]);
  });

  test("lists removed settings, and every setting of a new host", () => {
    expect(configurationChanges({ a: 1, b: { c: true } }, { a: 1 })).toEqual([{ path: "b.c", is: "true" }]);
    expect(configurationChanges(undefined, { a: { b: [] } })).toEqual([{ path: "a.b", willBe: "none" }]);
    expect(configurationChanges({ a: [1, 2] }, { a: [1, 2] })).toEqual([]);
  });
});
