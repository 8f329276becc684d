import { expect, test } from "vitest";
import { digestOf } from "../../../runner/report/digest.ts";
import { decision, history, measured, session } from "./fixture.ts";
import { madeReport } from "./made-report.ts";

const sessions = [0, 1, 2].map((number) => session(number, { sort: { compiled: measured(1) } }, { serial: number }));

test("a digest has the changes of all variants, and one row and one card of the benchmark", () => {
  const both = sessions.map((one) => ({ ...one, benchmarks: { sort: { compiled: measured(1), interpreted: measured(2) } } }));
  const { report, benchmark } = madeReport({
    history: history(3),
    sessions: both,
    decisions: [decision(1), decision(2, { variant: "interpreted" })],
  });
  const digest = digestOf(report, benchmark);
  expect(digest.changes.map(({ position }) => position)).toEqual([1, 2]);
  expect(digest).toMatchObject({ name: "sort", host: "host", isLinkedOver: false, isNoiseKnown: false, card: { name: "sort" } });
  expect(digest.row[0]).toContain("sort");
});

test("a benchmark of which nothing was measured has no cells, in its row nor on its card", () => {
  const { report, benchmark } = madeReport({ sessions: [] });
  const digest = digestOf(report, benchmark);
  expect(digest.row.slice(1)).toEqual(["not measured yet", "", "", ""]);
  expect(digest.card).not.toHaveProperty("month");
});
