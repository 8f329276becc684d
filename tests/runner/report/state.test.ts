import { expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import { failed, input, measured, session } from "./fixture.ts";
import { sorted, sortRow, sortPage } from "./pages.ts";

test("missing, failed and pointless baselines have different texts, in a table in which another benchmark has a baseline", () => {
  const sessions = [
    session(0, { ...sorted(0.01), tree: { compiled: measured(0.01) } }),
    session("baseline", { tree: { interpreted: measured(0.05) } }, { serial: 98 }),
  ];
  const broken = session("baseline", { sort: { interpreted: failed({ stage: "run", message: "no numpy" }) } }, { serial: 99 });
  const tree = { name: "tree", group: "main" as const, variants: ["compiled" as const, "interpreted" as const], workload: "w1" };
  const sort = { ...tree, name: "sort" };
  const benchmarks = [sort, tree];
  const compiledOnly = [{ ...sort, variants: ["compiled" as const] }, tree];
  expect(sortRow({ sessions, benchmarks })).toContain("| no baseline yet |");
  expect(sortPage({ sessions })).toContain("The interpreter itself has not been measured in this environment yet.");
  expect(sortRow({ sessions: [...sessions, broken], benchmarks })).toContain("| baseline failed |");
  expect(sortPage({ sessions: [...sessions, broken] })).toContain("The baseline of the interpreter failed: run, no numpy.");
  expect(sortRow({ sessions, benchmarks: compiledOnly })).toContain("| compiled only |");
  expect(sortPage({ sessions, benchmarks: compiledOnly })).toContain("It runs compiled only");
});

test("a value of samples that are all equal is shown with a warning on every page, unless that is expected", () => {
  const equal = measured(3, { error: 1e-17 });
  const sessions = [session(2, { sort: { compiled: equal } }), session("baseline", { sort: { interpreted: equal } }, { serial: 1 })];
  const warned = renderReports(input({ sessions }));
  expect(warned.get("reports/summary-main.md")).toMatch(/\| [\d.]+ s<br>all samples equal \|/);
  expect(warned.get("reports/benchmarks/sort.md")).toContain("Warning: all its samples are equal, so this may not be a time.");
  expect(warned.get("reports/benchmarks/sort.md")).toMatch(/ s<br>all samples equal \|/);
  expect(warned.get("reports/benchmarks/sort.md")).toMatch(/The interpreter itself takes 3\.0+ s \(warning: all samples equal\)\./);
  expect(warned.get("docs/data/index.js")).toContain('"said":"all samples equal"');
  expect(warned.get("docs/data/hosts/host/sentences.js")).toContain("Warning: all its samples are equal");

  const expected = renderReports(input({ sessions, constant: new Set(["sort"]) }));
  expect([...expected.values()].filter((text) => /samples (are )?equal/.test(text))).toEqual([]);
});
