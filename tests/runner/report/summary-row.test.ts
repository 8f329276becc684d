import { expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import { failed, history, idOf, input, revision, session } from "./fixture.ts";
import { sortRow, sorted, baseline, sortPage, page } from "./pages.ts";

test("one revision alone has a value and nothing to compare with", () => {
  const now = revision(1).committed;
  expect(sortRow({ history: history(1), sessions: [session(0, sorted(0.01)), baseline], now })).toBe(
    "| [sort](benchmarks/sort.md) | 10.000 ± 0.023 ms | 5.00× | no older value | no older value |",
  );
});

test("without a revision in the last three months the summary says that nothing is new", () => {
  const sessions = [0, 1, 2].map((number) => session(number, sorted(0.01 + number), { serial: number }));
  expect(sortRow({ sessions, now: "2027-01-01T00:00:00Z" })).toContain("| no new value | no new value |");
});

test("values that differ are no change: only fresh sessions confirm one", () => {
  const now = revision(100).committed;
  const sessions = Array.from({ length: 12 }, (_, number) => session(9 * number, sorted(number < 11 ? 0.01 : 0.02), { serial: number }));
  const row = sortRow({ history: history(100), sessions, now });
  expect(row).toMatch(/20\.000 ± \d\.\d+ ms \| no confirmed change \| no confirmed change \|$/);
});

test("a benchmark that only ever failed has the failure for a value, and no chart", () => {
  const sessions = [0, 1].map((number) => session(number, { sort: { compiled: failed() } }, { serial: number }));
  expect(sortRow({ sessions })).toContain("only failures so far, the last at");
  expect(sortRow({ sessions })).toContain("compile, cc said no");
  expect(sortPage({ sessions })).toContain("Only failures so far");
  expect(sortPage({ sessions }).match(/cc said no<\/summary>/g)).toHaveLength(1);
  expect(renderReports(input({ sessions })).has("reports/benchmarks/sort.svg")).toBe(false);
  const readme = page(renderReports(input({ sessions })), "README.md");
  expect(readme).toMatch(/^\| failing \| every benchmark since .*, 2 revisions in a row: compile: cc said no \|$/m);
});

test("a benchmark that fails by now keeps its last value and says where it fails", () => {
  const sessions = [session(0, sorted(0.01)), session(1, { sort: { compiled: failed() } }, { serial: 1 })];
  expect(sortRow({ sessions })).toContain(`10.000 ± 0.023 ms<br>fails at [\`${idOf(1).slice(0, 12)}\`]`);
  expect(sortPage({ sessions })).toContain("It has failed since then, most recently at");
});
