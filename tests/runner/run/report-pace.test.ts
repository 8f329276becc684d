import { expect, test } from "vitest";
import type { Subject } from "../../../runner/model.ts";
import { ReportPace } from "../../../runner/run/report-pace.ts";

const hour = 3_600_000;
const baseline: Subject = { kind: "baseline" };
const revision = (digit: string): Subject => ({ kind: "revision", revision: digit.repeat(40) });

test("reports are due after a run's first revision, even if baselines came before, and then hourly", () => {
  const pace = new ReportPace();
  const sessions: [Subject, number][] = [
    [baseline, 0],
    [baseline, 1000],
    [revision("a"), 2000],
    [revision("b"), 3000],
    [revision("c"), 2001 + hour],
    [baseline, 2002 + hour],
  ];
  expect(sessions.map(([subject, at]) => pace.isTime(subject, at))).toEqual([true, false, true, false, true, false]);
});
