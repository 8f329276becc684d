import { expect, test } from "vitest";
import type { Measured, Session } from "../../../runner/model.ts";
import { controlSessions, pairsBefore } from "../../../runner/timeline/control-pairs.ts";
import { resultsOf } from "../../../runner/timeline/results-builder.ts";
import { failed, measured, session } from "../report/fixture.ts";

const program = (seconds: number, fingerprint = "f"): Measured => ({ ...measured(seconds), fingerprint });

function found(sessions: readonly Session[], here = sessions.map((_, index) => index)) {
  return controlSessions(resultsOf(sessions), here);
}

test("a control is paired with the last session of its program before the limit", () => {
  const sessions = [1, 2, 4].map((seconds, serial) =>
    session(1, { sort: { compiled: program(seconds) } }, { serial, ...(serial === 2 && { reason: "control" as const }) }),
  );
  const control = found(sessions).get(2);
  const pairs = (limit: number) => (control ? pairsBefore(control, limit) : undefined);
  expect(pairs(2)).toMatchObject([{ benchmark: "sort", variant: "compiled", workload: "w1", now: 2, before: 1 }]);
  expect(pairs(2)?.[0]?.change).toBeCloseTo(Math.log(2), 12);
  expect(pairs(2)?.[0]?.within).toBeCloseTo(2 * 0.001 ** 2, 12);
  expect(pairs(1)?.[0]?.before).toBe(0);
  expect(pairs(0)).toEqual([]);
});

test("another program, and one whose fingerprint is not known, is no pair; each benchmark of the session counts", () => {
  const before = session(1, { sort: { compiled: program(1, "other") }, tree: { compiled: measured(1) } }, { serial: 0 });
  const outcomes = {
    sort: { compiled: program(1) },
    tree: { compiled: measured(1), interpreted: program(1) },
    text: { compiled: failed() },
  };
  const control = found([before, session(1, outcomes, { serial: 1, reason: "control" })]).get(1);
  expect(control?.benchmarks).toBe(3);
  expect(control && pairsBefore(control, 1)).toEqual([]);
});

test("orders are those that are asked for; sessions left out are no part of any pair", () => {
  const sessions = [0, 1, 2].map((serial) =>
    session(1, { sort: { compiled: program(1 + serial) } }, { serial, ...(serial === 2 && { reason: "control" as const }) }),
  );
  const control = found(sessions, [2, 0]);
  expect([...control.keys()]).toEqual([0]);
  const [only] = control.values();
  expect(only && pairsBefore(only, 2).map(({ now, before }) => [now, before])).toEqual([[0, 1]]);
  expect(only && pairsBefore(only, 0)).toEqual([]);
});
