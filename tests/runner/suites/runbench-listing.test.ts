import { describe, expect, test } from "vitest";
import { dependenciesUsed, readListing } from "../../../runner/suites/runbench-listing.ts";

const record = { name: "a", module: "benchmarks.one", prepare: [], compiledOnly: false, stableHashSeed: false, compiledVariant: false };
const one = { name: "benchmarks.one", path: "benchmarks/one.py", imports: [] };
const two = { name: "benchmarks.two", path: "benchmarks/two.py", imports: ["benchmarks.one"] };

function printed(benchmarks: object[], modules: object[] = [one, two], more: object = {}): string {
  return `noise\nevenkeel-benchmarks ${JSON.stringify({ modules, benchmarks, ...more })}\nmore noise\n`;
}

/** The suite's files, one of them with a content of its own. */
function files(content: string): { path: string; object: string }[] {
  return [
    { path: "benchmarks/one.py", object: content },
    { path: "benchmarks/two.py", object: "same" },
  ];
}

/** Workload ids by name. */
function workloads(content: string, benchmarks: object[]): string[] {
  const listing = readListing(printed(benchmarks), files(content));
  return listing.ok ? listing.benchmarks.map(({ workload }) => workload) : [];
}

describe("the listing of a suite", () => {
  test("is found among whatever modules print, the last one counting", () => {
    const listing = readListing(printed([record]) + printed([{ ...record, name: "b" }]), []);
    expect(listing).toMatchObject({ ok: true, benchmarks: [{ name: "b", group: "main" }] });
  });

  test("gives a benchmark's workload the modules that its module imports", () => {
    const second = { ...record, name: "b", module: "benchmarks.two" };
    const [, before] = workloads("old", [record, second]);
    const [, after] = workloads("new", [record, second]);
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    expect(after).not.toBe(before);
  });

  test.each([
    ["says nothing", "noise\n", "the suite's listing cannot be read"],
    ["is no JSON", "evenkeel-benchmarks {\n", "the suite's listing cannot be read"],
    [
      "names a benchmark so that it would run as code",
      printed([{ ...record, name: 'a");import os#' }]),
      'the suite cannot be listed: benchmarks/one.py: a");import os#: it is not named by ASCII letters',
    ],
    [
      "has only modules that cannot be imported",
      printed([record], [one], { broken: [{ module: "benchmarks.one", problem: "SyntaxError: no" }] }),
      "the suite cannot be listed: benchmarks/one.py: SyntaxError: no",
    ],
    ["is empty", printed([]), "the suite lists no benchmark"],
  ])("is refused if it %s", (_, stdout, problem) => {
    const listing = readListing(stdout, []);
    expect(listing.ok ? "" : listing.problem).toContain(problem);
  });
});

/** Returns the rest of a listing with these records beside a sound benchmark, and the messages about the others. */
function beside(records: object[], more: object = {}): { names: string[]; unlisted: object[] } {
  const three = { name: "benchmarks.three", path: "benchmarks/three.py", imports: [] };
  const sound = { ...record, name: "sound", module: "benchmarks.three" };
  const listing = readListing(printed([...records, sound], [one, two, three], more), files("same"));
  if (!listing.ok) throw new Error(listing.problem);
  return { names: listing.benchmarks.map(({ name }) => name), unlisted: listing.unlisted };
}

/** The workload of a benchmark in a suite with these files besides. */
function workloadWith(more: string[]): string | false | undefined {
  const listing = readListing(printed([record]), [...files("x"), ...more.map((path) => ({ path, object: "o" }))]);
  return listing.ok && listing.benchmarks[0]?.workload;
}

/** Workloads in a suite with a broken module, which the second benchmark's module imports. @param object of its content. */
function workloadsWith(object: string): string[] {
  const records = [record, { ...record, name: "b", module: "benchmarks.two" }];
  const modules = [one, { ...two, imports: ["benchmarks.torn"] }, { name: "benchmarks.torn", path: "benchmarks/torn.py", imports: [] }];
  const broken = [{ module: "benchmarks.torn", problem: "SyntaxError" }];
  const listing = readListing(printed(records, modules, { broken }), [...files("x"), { path: "benchmarks/torn.py", object }]);
  return listing.ok ? listing.benchmarks.map(({ workload }) => workload) : [];
}

describe("what is odd in a suite is left out alone", () => {
  const variant = { ...record, compiledVariant: true, module: "benchmarks.two" };

  test.each([
    ["a name that is no ASCII name", [{ ...record, name: "größe" }], "benchmarks/one.py: größe", /ASCII/],
    ["a name too long for a file", [{ ...record, name: "x".repeat(201) }], /^benchmarks\/one\.py: x+$/, /200 at most/],
    [
      "two benchmarks of one name",
      [record, { ...record, module: "benchmarks.two" }],
      "benchmarks/one.py and benchmarks/two.py: a",
      /two benchmarks/,
    ],
    ["two compiled variants of one", [record, variant, { ...variant, module: "benchmarks.three" }], /a$/, /two compiled variants/],
    ["a compiled variant without its benchmark", [variant], "benchmarks/two.py: a", /that there is not/],
  ])("%s", (_, records, what, problem) => {
    const { names, unlisted } = beside(records);
    expect(names).toEqual(["sound"]);
    expect(unlisted).toEqual([{ what: expect.stringMatching(what), problem: expect.stringMatching(problem), benchmarks: [] }]);
  });

  test("a file that is no module, whose coming and going changes no workload", () => {
    const { unlisted } = beside([], { skipped: [{ path: "benchmarks/run-local.py", problem: "its name is not the name of a module" }] });
    expect(unlisted).toMatchObject([{ what: "benchmarks/run-local.py", benchmarks: [] }]);
    expect(workloadWith(["benchmarks/run-local.py"])).toBe(workloadWith([]));
    expect(workloadWith(["data/run-local.py"])).not.toBe(workloadWith([]));
  });

  test("a module that cannot be imported: its benchmarks are listed, and known to be broken", () => {
    const broken = [{ module: "benchmarks.two", problem: "ImportError:\u001b[31m no\nlibrt" }];
    const second = { ...record, name: "b", module: "benchmarks.two" };
    const { names, unlisted } = beside([record, second], { broken });
    expect(names).toEqual(["a", "b", "sound"]);
    expect(unlisted).toEqual([{ what: "benchmarks/two.py", problem: "ImportError: no librt", benchmarks: ["b"] }]);
  });

  test("a module that cannot be imported and names no benchmark, which changes no workload but of those that import it", () => {
    const [a, b] = workloadsWith("now");
    const [before, importer] = workloadsWith("before");
    expect(a).toMatch(/^[0-9a-f]{16}$/);
    expect(a).toBe(before);
    expect(b).not.toBe(importer);
  });

  test("a broken compiled variant breaks the compiled benchmark alone, which is not compiled from another module", () => {
    const listing = readListing(
      printed([record, variant, { ...record, name: "sound" }], [one, two], { broken: [{ module: "benchmarks.two", problem: "no librt" }] }),
      [],
    );
    expect(listing.ok && listing.benchmarks.map(({ name, compiledModule, broken }) => [name, compiledModule, broken])).toEqual([
      ["a", "benchmarks.two", { compiled: "benchmarks/two.py: no librt" }],
      ["sound", "benchmarks.one", undefined],
    ]);
  });
});

test("a benchmark uses the dependencies that it imports, however their names are spelt; all where that is not known", () => {
  const dependencies = ["typing_extensions==4.16.0", "librt==0.15.0", "Own.Lib @ file:///target/lib 0123"];
  expect(dependenciesUsed(dependencies, ["typing-extensions", "own-lib"])).toEqual([dependencies[0], dependencies[2]]);
  expect(dependenciesUsed(dependencies, [])).toEqual([]);
  expect(dependenciesUsed(dependencies, undefined)).toEqual(dependencies);
});
