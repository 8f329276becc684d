import { expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import { failed, input, measured, session } from "./fixture.ts";
import { sorted, sortRow, sortPage } from "./pages.ts";

test("a missing, a failed and a pointless baseline are told apart", () => {
  const sessions = [session(0, sorted(0.01))];
  const broken = session("baseline", { sort: { interpreted: failed({ stage: "run", message: "no numpy" }) } });
  const compiledOnly = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w1" }];
  expect(sortRow({ sessions })).toContain("| no baseline yet |");
  expect(sortPage({ sessions })).toContain("The interpreter itself has not been measured in this environment yet.");
  expect(sortRow({ sessions: [...sessions, broken] })).toContain("| baseline failed |");
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
