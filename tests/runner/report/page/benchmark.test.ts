import { expect, test } from "vitest";
import { pageBenchmark, pageSentences } from "../../../../runner/report/page/benchmark.ts";
import { decision, environment, history, idOf, measured, scalingFactor, scalingFile, session } from "../fixture.ts";
import { madeReport } from "../made-report.ts";

const at = (number: number, place = "e1") => session(number, { sort: { compiled: measured(1) } }, { serial: number, environment: place });

function seriesOf(changes: Parameters<typeof madeReport>[0]) {
  const { report, benchmark } = madeReport({ history: history(9), ...changes });
  return pageBenchmark(report, benchmark, []).series[0];
}

test("a change of one of several revisions has its range and where that begins", () => {
  const sessions = [0, 1, 5, 6].map((number) => at(number));
  const [change] = seriesOf({ sessions, decisions: [decision(5, { lastGood: idOf(1), skipped: 3 })] })?.changes ?? [];
  expect(change).toMatchObject({ position: 5, since: 1, skipped: 3, direction: "slower" });
  const [exact] = seriesOf({ sessions, decisions: [decision(6)] })?.changes ?? [];
  expect(exact).not.toHaveProperty("since");
});

const factor = (more: Parameters<typeof scalingFactor>[3] = {}) => [
  scalingFile([scalingFactor({ environment: "e0" }, { environment: "e1" }, Math.log(0.5), more)]),
];

test("a transition is labelled with what changed, and with its factor where one links both sides", () => {
  const sessions = [at(0, "e0"), at(1, "e0"), at(2), at(3)];
  const environments = new Map(["e0", "e1"].map((id) => [id, environment(id, id === "e0" ? { compiler: "gcc 11" } : {})]));
  const labels = (scalingFiles: ReturnType<typeof factor>) =>
    seriesOf({ sessions, environments, scalingFiles })?.transitions.map(({ position, label }) => [position, label]);
  expect(labels(factor())).toEqual([[2, expect.stringMatching(/^compiler gcc 11 → gcc 12\.2\.0 \(× 0\.5[^,]*\)$/)]]);
  expect(labels(factor({ status: "weak" }))).toEqual([[2, expect.stringMatching(/, weak\)$/)]]);
});

test("factors name no revisions: these are in the reports", () => {
  const scalingFiles = [scalingFile([scalingFactor({ environment: "e0" }, { environment: "e1" }, 0)])];
  expect(seriesOf({ sessions: [at(0, "e0"), at(1)], scalingFiles })?.scalingFactors.map(({ revisions }) => revisions)).toEqual([[]]);
});

test("sentences are plain text: the value first, what cannot be detected after it", () => {
  const { report, benchmark } = madeReport({ history: history(9), sessions: [at(0)] });
  const said = pageSentences(report, benchmark);
  expect(said[0]).toMatch(/^1\.0000 ± [\d.]+ s at [0-9a-f]{12} Change number 0\.$/);
  expect(said.some((one) => one.startsWith("Changes cannot be detected yet"))).toBe(true);
});
