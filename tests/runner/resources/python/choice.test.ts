import { describe, expect, test } from "vitest";
import { choosePython, isAsNew, satisfies, type PythonSpec } from "../../../../runner/resources/python/choice.ts";

const build = { url: "https://example.org/Python-3.13.5.tar.xz", sha256: "0".repeat(64), configure: [] };
const wanted = (spec: Partial<PythonSpec>): PythonSpec => ({ version: "3.13", source: "auto", account: "benchmark", ...spec });

describe("where Python comes from", () => {
  test.each<[Partial<PythonSpec>, string | undefined, string]>([
    [{}, "3.13.5", "distribution"],
    [{ build }, "3.13.5", "distribution"],
    [{ build }, "3.11.2", "build"],
    [{ build }, undefined, "build"],
    [{ build, version: "3.13.5" }, "3.13.4", "build"],
    [{}, "3.11.2", "nowhere"],
    [{ source: "distribution" }, "3.13.5", "distribution"],
    [{ source: "distribution", build }, "3.11.2", "nowhere"],
    [{ source: "build", build }, "3.13.5", "build"],
  ])("%j, the distribution having %s: %s", (spec, distribution, from) => {
    expect(choosePython(wanted(spec), distribution).from).toBe(from);
  });

  test.each<[Partial<PythonSpec>, string | undefined, string, string]>([
    [
      {},
      "3.11.2",
      "python.version is 3.13, this distribution has 3.11.2",
      "write python.build: with url and sha256 of the source of Python 3.13",
    ],
    [{ source: "distribution" }, "3.11.2", "this distribution has 3.11.2", 'write version: "3.11", or source: auto'],
    [{}, undefined, "this distribution has no Python", "add python3"],
  ])("from nowhere it is told what to write: %j, %s", (spec, distribution, message, hint) => {
    const choice = choosePython(wanted(spec), distribution);
    expect(choice).toMatchObject({ mistake: { message: expect.stringContaining(message), hint: expect.stringContaining(hint) } });
  });
});

test("a version is the wanted one up to where that was told", () => {
  expect(satisfies("3.13.5", "3.13")).toBe(true);
  expect(satisfies("3.13.5", "3.13.5")).toBe(true);
  expect(satisfies("3.13.50", "3.13.5")).toBe(false);
  expect(satisfies("3.13.5", "3.1")).toBe(false);
  expect(satisfies(undefined, "3.13")).toBe(false);
});

test("versions compare as numbers", () => {
  expect(isAsNew("3.13.5", "3.9.2")).toBe(true);
  expect(isAsNew("3.9.20", "3.13.0")).toBe(false);
  expect(isAsNew("3.13.0", "3.13.5")).toBe(true);
});
