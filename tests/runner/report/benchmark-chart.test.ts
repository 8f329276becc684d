import { expect, test } from "vitest";
import { benchmarkChart } from "../../../runner/report/benchmark-chart.ts";
import { decision, environment, failed, history, measured, scalingFactor, scalingFile, session } from "./fixture.ts";
import { madeReport } from "./made-report.ts";

function chartOf(changes: Parameters<typeof madeReport>[0]) {
  const { report, benchmark } = madeReport({ history: history(6), ...changes });
  return benchmarkChart(report, benchmark);
}

const at = (number: number, seconds: number, place = "e1") =>
  session(number, { sort: { compiled: measured(seconds) } }, { serial: number, environment: place });

test("a benchmark of which nothing was measured has no chart", () => {
  expect(chartOf({ sessions: [] })).toBeUndefined();
  expect(chartOf({ sessions: [session(0, { sort: { compiled: failed() } })] })).toBeUndefined();
});

test("each variant has a panel, over the columns of both; failures are no values", () => {
  const sessions = [
    session(0, { sort: { compiled: measured(1), interpreted: measured(4) } }, { serial: 0 }),
    session(1, { sort: { compiled: failed() } }, { serial: 1 }),
    session(2, { sort: { interpreted: measured(5) } }, { serial: 2 }),
  ];
  const panels = chartOf({ sessions })?.panels.map(({ title, cells }) => [
    title,
    ...cells.map((cell) => (typeof cell === "object" ? cell.value : cell)),
  ]);
  expect(panels).toEqual([
    ["compiled", 1, "failed", undefined],
    ["interpreted", 4, undefined, 5],
  ]);
});

test("confirmed changes and drifts are marked in the columns of their revisions", () => {
  const sessions = [0, 1, 2, 3].map((number) => at(number, 1));
  const [panel] = chartOf({ sessions, decisions: [decision(1), decision(3, { outcome: "drifted" })] })?.panels ?? [];
  expect([panel?.changes, panel?.drifts]).toEqual([[{ column: 1, direction: "slower" }], [3]]);
});

test("values that are not linked come before the line, and a transition is where they end", () => {
  const sessions = [at(0, 10, "e0"), at(1, 10, "e0"), at(2, 5), at(3, 5)];
  const environments = new Map(["e0", "e1"].map((id) => [id, environment(id, id === "e0" ? { compiler: "gcc 11" } : {})]));
  const apart = chartOf({ sessions, environments });
  expect(apart?.columns.map(({ link }) => link)).toEqual(["not yet linked", "not yet linked", "linked", "linked"]);
  expect(apart?.transitions).toEqual([{ column: 2, label: "compiler gcc 11 → gcc 12.2.0" }]);
  const scalingFiles = [scalingFile([scalingFactor({ environment: "e0" }, { environment: "e1" }, Math.log(0.5))])];
  const linked = chartOf({ sessions, environments, scalingFiles });
  expect(linked?.columns.every(({ link }) => link === "linked")).toBe(true);
  expect(linked?.panels[0]?.cells.map((cell) => (typeof cell === "object" ? cell.value.toFixed(3) : cell))).toEqual(
    Array.from({ length: 4 }, () => "5.000"),
  );
  expect(linked?.transitions.map(({ column }) => column)).toEqual([2]);
});
