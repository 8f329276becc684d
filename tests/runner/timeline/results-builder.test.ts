import { expect, test } from "vitest";
import { ResultsBuilder, resultsOf } from "../../../runner/timeline/results-builder.ts";
import { failed, measured, session } from "../report/fixture.ts";

test("a head counts what a session found", () => {
  const [head] = resultsOf([session(0, { sort: { compiled: measured(1), interpreted: failed() }, tree: { compiled: failed() } })]).sessions;
  expect(head?.counts).toEqual({ ok: 1, imported: 0, reused: 0, failed: 2 });
});

test("sessions added to earlier results are as if all had been added at once", () => {
  const sessions = [1, 2, 3].map((number, serial) =>
    session(number, { [number === 2 ? "tree" : "sort"]: { compiled: number === 3 ? failed() : measured(number) } }, { serial }),
  );
  const [first, ...others] = sessions;
  if (!first) throw new Error("no session");
  const builder = new ResultsBuilder(resultsOf([first]));
  for (const one of others) builder.add(one);
  expect(builder.results()).toEqual(resultsOf(sessions));
  expect(builder.results().benchmarks.map(({ benchmark }) => benchmark)).toEqual(["sort", "tree"]);
});

test("what sessions have in common is kept once, and values of columns once a table", () => {
  const { sessions, benchmarks } = resultsOf([2, 0, 1].map((serial) => session(serial, { sort: { compiled: measured(1) } }, { serial })));
  expect(sessions.map(({ id }) => id)).toEqual(sessions.map(({ id }) => id).toSorted());
  expect(sessions[1]?.listed).toBe(sessions[0]?.listed);
  expect(sessions[2]?.hostFacts).toBe(sessions[0]?.hostFacts);
  expect(benchmarks[0]?.tables.workloads).toEqual(["w1"]);
});
