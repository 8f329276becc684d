import { expect, test } from "vitest";
import { changesToReport } from "../../../runner/alerts/changes.ts";
import type { Decision } from "../../../runner/model.ts";
import { idOf } from "../report/fixture.ts";

function decision(changes: Partial<Decision> = {}): Decision {
  return {
    schema: 1,
    n: 1,
    host: "bench1",
    written: "2026-01-02T10:00:00.000Z",
    rules: 1,
    benchmark: "richards",
    variant: "compiled",
    context: { environment: "e1", workload: "w1" },
    outcome: "confirmed",
    found: "online",
    direction: "slower",
    firstBad: idOf(7),
    lastGood: idOf(6),
    skipped: 0,
    noticed: idOf(7),
    change: { phi: 0.047, standardError: 0.001, degreesOfFreedom: 20 },
    sessions: ["s1", "s2"],
    ...changes,
  };
}

const target = { name: "mypy", web: "https://example.org/mypy" };
const alertsOf = (...decisions: Decision[]) => changesToReport(decisions, { host: "bench1", environment: "e1" }, target);

test("a confirmed change is reported with its size, its revision and its evidence", () => {
  expect(alertsOf(decision())).toEqual([
    {
      id: `richards compiled e1 ${idOf(7)} 1`,
      title: expect.stringMatching(/^richards is slower since [0-9a-f]{12} \(\+4\.81 % ± 0\.2\d? %\)$/),
      text: `Confirmed by 2 additional sessions. The revision before, ${idOf(6).slice(0, 12)}, does not have the change.`,
      decided: "2026-01-02T10:00:00.000Z",
      revision: idOf(7),
      url: `https://example.org/mypy/commit/${idOf(7)}`,
    },
  ]);
});

test("rejected changes, drifts of the machine and decisions of other hosts are not reported", () => {
  expect(
    alertsOf(
      decision({ outcome: "rejected" }),
      decision({ outcome: "drifted" }),
      decision({ outcome: "unconfirmable", reason: "gone" }),
      decision({ host: "bench2" }),
    ),
  ).toEqual([]);
});

test("skipped revisions are named; the result of a bisection replaces the first change", () => {
  const range = decision({ firstBad: idOf(9), skipped: 2 });
  expect(alertsOf(range)[0]?.text).toContain(`one of the 3 revisions after ${idOf(6).slice(0, 12)}, up to ${idOf(9).slice(0, 12)}`);
  const found = decision({ found: "bisection", firstBad: idOf(8), lastGood: idOf(7), supersedes: { firstBad: idOf(9), n: 1 } });
  expect(alertsOf(range, found).map(({ revision }) => revision)).toEqual([idOf(8)]);
});
