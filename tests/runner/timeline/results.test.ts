import { expect, test } from "vitest";
import type { Failed, Imported } from "../../../runner/model.ts";
import { resultsOf } from "../../../runner/timeline/results-builder.ts";
import { sessionsOf } from "../../../runner/timeline/results.ts";
import { failed, idOf, measured, session } from "../report/fixture.ts";

const taken = (minute: number) => `2021-05-09T10:0${minute}:12.345678Z`;
const failedThen: Failed = { status: "failed", workload: "w1", stage: "run", message: "it failed", output: "" };

const imported = (seconds: number, minute: number): Imported => {
  return { status: "imported", workload: "w1", seconds, deviation: 0.01 * minute, taken: taken(minute) };
};
const lost = (minute: number): Failed => ({ ...failedThen, taken: taken(minute) });

test("sessions come back from columns as they were, but for what the machine was like", () => {
  const timed = { ...measured(2), wallSeconds: 2.1 };
  const conditions = { load: 1, throttled: 0, swapped: 0 };
  const same = { status: "reused" as const, workload: "w1", fingerprint: "f", as: idOf(1) };
  const failure = { stage: "dependencies" as const, message: "no wheel", output: "" };
  const sessions = [
    session(0, { sort: { compiled: { ...measured(1), fingerprint: "f" }, interpreted: measured(3, { workload: "w2" }) } }, { serial: 0 }),
    session(1, { sort: { compiled: failed() }, tree: { compiled: failed({ message: "another" }) } }, { serial: 1 }),
    session(2, { sort: { compiled: same } }, { serial: 2 }),
    session(3, {}, { serial: 3, failure }),
    session("baseline", { tree: { interpreted: timed } }, { serial: 4 }),
    session(4, { sort: { compiled: imported(5, 1), interpreted: lost(6) }, tree: { compiled: imported(2, 7) } }, { serial: 5 }),
  ];
  const noted = sessions.map((one) =>
    one === sessions[4] ? { ...one, benchmarks: { tree: { interpreted: { ...timed, conditions } } } } : one,
  );
  expect(sessionsOf(resultsOf([...noted].reverse()))).toEqual(sessions);
});
