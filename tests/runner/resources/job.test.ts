import { describe, expect, test } from "vitest";
import { failureText, progressText, readOutcome } from "../../../runner/resources/job.ts";

describe("how a job ended is read from what systemd left", () => {
  test.each([
    ["success exited 0\n", { result: "success", code: "exited", status: "0" }],
    ["exit-code exited 2\n", { result: "exit-code", code: "exited", status: "2" }],
    ["timeout killed TERM\n", { result: "timeout", code: "killed", status: "TERM" }],
    ["", undefined],
    ["success exit", undefined],
  ])("%j", (text, outcome) => {
    expect(readOutcome(text)).toEqual(outcome);
  });

  test.each([
    ["exit-code exited 2\n", "failed with exit code 2"],
    ["timeout killed TERM\n", "was ended at its limit of 90 min"],
    ["oom-kill killed KILL\n", "ran out of memory"],
    ["success killed TERM\n", "was ended by SIGTERM"],
    ["", "was cut off: the host went down, or its disk is full,"],
  ])("%j in words", (text, words) => {
    expect(failureText(readOutcome(text), { limitMinutes: 90 })).toBe(words);
  });
});

test("a line about a job has the time since it started, and its share where that is known", () => {
  expect(progressText("building", 307, { step: "profile run", percent: 62.9 })).toBe("building: 5 min 7 s, 62 %: profile run");
  expect(progressText("upgrading", 3700, { step: "unpacking" })).toBe("upgrading: 1 h 2 min: unpacking");
  expect(progressText("upgrading", 30, undefined)).toBe("upgrading: 30 s: at work");
});
