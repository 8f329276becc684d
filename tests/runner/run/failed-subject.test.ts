import { expect, test } from "vitest";
import { failedRevisionsText, failureLines, wholeFailure, wholeFailuresText } from "../../../runner/run/failed-subject.ts";
import type { Failure } from "../../../runner/model.ts";
import { failed, idOf, measured, session } from "../report/fixture.ts";

const failure: Failure = { stage: "dependencies", message: "no such package", output: "" };

test("a session failed as a whole if its subject or every benchmark did", () => {
  expect(wholeFailure(session(0, {}, { failure }))).toBe("dependencies: no such package");
  expect(wholeFailure(session(0, { a: { compiled: failed() }, b: { compiled: failed() } }))).toBe(
    "all 2 benchmarks failed, the first: compile: cc said no",
  );
  expect(wholeFailure(session(0, { a: { compiled: failed() } }))).toBe("the only benchmark failed: compile: cc said no");
  expect(wholeFailure(session(0, { a: { compiled: failed() }, b: { compiled: measured(1) } }))).toBeUndefined();
  expect(wholeFailure(session(0, {}))).toBeUndefined();
});

test("a run's last line names the subjects that failed as a whole, and why", () => {
  const good = { subject: "revision 111111111111" };
  const bad = { subject: "revision 222222222222", wholeFailure: "checkout: no such commit" };
  expect(wholeFailuresText([good, bad])).toBe("failed as a whole: 1 of 2 sessions: revision 222222222222 (checkout: no such commit)");
  const same = Array.from({ length: 6 }, (_, index) => ({ ...bad, subject: `revision ${index}` }));
  expect(wholeFailuresText([...same, { subject: "baselines", wholeFailure: "another" }])).toBe(
    "failed as a whole: 7 of 7 sessions: revision 0, revision 1, revision 2, revision 3, and 2 more (checkout: no such commit); baselines (another)",
  );
  expect(wholeFailuresText([good])).toBeUndefined();
  expect(wholeFailuresText([])).toBeUndefined();
});

function failedAs(benchmark: string, what: Failure): Parameters<typeof failureLines>[0][number] {
  return { benchmark, variant: "compiled", ...what };
}

test("benchmarks that failed for one reason before they were sampled are one line", () => {
  const compile: Failure = { stage: "compile", message: "cc said no", output: "" };
  expect(failureLines([failedAs("a", compile), failedAs("b", compile), failedAs("c", { ...compile, message: "no make" })])).toEqual([
    "a (compiled), b (compiled) failed: compile: cc said no",
    "c (compiled) failed: compile: no make",
  ]);
  expect(failureLines([])).toEqual([]);
});

test("a revision counts as failed until one of its sessions on this host succeeds", () => {
  const broken = session(1, {}, { failure });
  const mended = [session(2, {}, { failure }), session(2, { a: { compiled: measured(1) } }, { serial: 1 })];
  const elsewhere = { ...session(0, {}, { failure }), host: "other" };
  expect(failedRevisionsText([broken, ...mended, elsewhere], "host")).toBe(
    `1 revision failed as a whole, the last one ${idOf(1).slice(0, 12)} (dependencies: no such package)`,
  );
  expect(failedRevisionsText([...mended].reverse(), "host")).toBeUndefined();
});
