import { expect, test } from "vitest";
import type { Progress } from "../../../runner/progress/progress.ts";
import { workText } from "../../../runner/progress/work-text.ts";

const progress: Progress = {
  pid: 1,
  subject: "revision 0123456789ab",
  phase: "measure",
  since: "2026-11-20T10:00:00Z",
  at: "2026-11-20T10:30:00Z",
  done: 35,
  total: 80,
  round: 1,
  rounds: 8,
  benchmark: "richards",
  failures: [],
  secondsLeft: 760,
  next: [],
  waiting: 0,
};
const now = new Date("2026-11-20T10:31:00Z");

test("a waiting command prints the running work, its progress and its end", () => {
  expect(workText(progress, now)).toBe(
    "measure of revision 0123456789ab, block 35 of 80, until about 2026-11-20 10:42 UTC (11 min 40 s left)",
  );
});

test("a past end is the present time, and an unknown one is marked", () => {
  expect(workText({ ...progress, secondsLeft: 10 }, now)).toMatch(/ 10:31 UTC \(0 s left\)$/);
  const { secondsLeft: _, ...unknown } = progress;
  expect(workText({ ...unknown, phase: "build", done: 1, total: 3 }, now)).toBe(
    "build of revision 0123456789ab, module 1 of 3, end unknown",
  );
  expect(workText({ ...unknown, phase: "publish", total: 0 }, now)).toBe("publish of revision 0123456789ab, almost done");
});
