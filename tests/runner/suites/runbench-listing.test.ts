import { describe, expect, test } from "vitest";
import { readListing } from "../../../runner/suites/runbench-listing.ts";

const record = { name: "a", module: "benchmarks.one", prepare: [], compiledOnly: false, stableHashSeed: false, compiledVariant: false };
const one = { name: "benchmarks.one", path: "benchmarks/one.py", imports: [] };
const two = { name: "benchmarks.two", path: "benchmarks/two.py", imports: ["benchmarks.one"] };

function printed(benchmarks: object[], modules: object[] = [one, two]): string {
  return `noise\nevenkeel-benchmarks ${JSON.stringify({ modules, benchmarks })}\nmore noise\n`;
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
      "the suite's listing cannot be read",
    ],
    ["names two benchmarks alike", printed([record, { ...record, module: "benchmarks.two" }]), "the suite has two benchmarks called a"],
    ["is empty", printed([]), "the suite lists no benchmark"],
  ])("is refused if it %s", (_, stdout, problem) => {
    const listing = readListing(stdout, []);
    expect(listing.ok ? "" : listing.problem).toContain(problem);
  });
});
