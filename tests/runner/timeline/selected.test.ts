import { expect, test } from "vitest";
import { resultsOf } from "../../../runner/timeline/results-builder.ts";
import { sessionsOf } from "../../../runner/timeline/results.ts";
import { selected } from "../../../runner/timeline/selected.ts";
import { failed, measured, session } from "../report/fixture.ts";

const sessions = [
  session(0, { sort: { compiled: measured(1), interpreted: measured(3) } }, { serial: 0 }),
  session(1, { sort: { compiled: measured(2) }, tree: { compiled: failed() } }, { serial: 1, reason: "control" }),
  session(2, { sort: { compiled: failed({ message: "another" }) } }, { serial: 2 }),
];
const results = resultsOf(sessions);

test("some sessions in columns are those that these sessions alone would make", () => {
  const taken = selected(results, ({ reason }) => reason !== "control");
  expect(sessionsOf(taken)).toEqual(sessions.filter(({ reason }) => reason !== "control"));
  expect(taken.benchmarks.map(({ benchmark }) => benchmark)).toEqual(["sort"]);
});

test("outcomes can be left out of a session that stays", () => {
  const taken = selected(
    results,
    () => true,
    ({ reason }, benchmark, variant) => reason === "control" || (benchmark === "sort" && variant === "compiled"),
  );
  expect(sessionsOf(taken).map(({ benchmarks }) => benchmarks)).toEqual([
    { sort: { compiled: measured(1) } },
    sessions[1]?.benchmarks,
    sessions[2]?.benchmarks,
  ]);
});

test("where all is taken, nothing is copied", () => {
  expect(selected(results, () => true)).toBe(results);
});
