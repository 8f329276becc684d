import { describe, expect, test } from "vitest";
import { clockProblem, clockRemark, type ClockEvidence } from "../../../runner/run/clock.ts";

const now = "2026-11-23T10:00:00.000Z";
const evidence = (changes: Partial<ClockEvidence> = {}): ClockEvidence => ({
  isSynchronised: undefined,
  daemon: undefined,
  now,
  ...changes,
});
const session = { id: "20991231T000000Z-bench", ended: "2099-12-31T01:00:00.000Z" };
const commit = { id: "a".repeat(40), committed: "2026-11-25T00:00:00.000Z" };

describe("a clock forbids measuring", () => {
  test("while its daemon has not synchronised it", () => {
    expect(clockProblem(evidence({ isSynchronised: false, daemon: "chrony.service" }))).toMatch(
      /^the clock is not synchronised: chrony\.service has not set it yet; check `timedatectl`/,
    );
  });

  test("if it is behind this host's sessions", () => {
    expect(clockProblem(evidence({ session }))).toMatch(
      /^the clock shows 2026-11-23T10:00:00\.000Z, but session 20991231T000000Z-bench .* ended at 2099/,
    );
    expect(clockProblem(evidence({ session: { id: "s", ended: "2026-11-23T10:59:00.000Z" } }))).toBeUndefined();
    expect(clockProblem(evidence({ session: { id: "s", ended: "2026-11-23T11:01:00.000Z" } }))).toBeDefined();
  });

  test("if it is a day behind the target's newest commit", () => {
    expect(clockProblem(evidence({ commit }))).toMatch(/but the target's newest commit aaaaaaaaaaaa is dated 2026-11-25/);
    // Clocks of developers are other clocks.
    expect(clockProblem(evidence({ commit: { ...commit, committed: "2026-11-24T09:00:00.000Z" } }))).toBeUndefined();
  });

  test("unless it is synchronised: the session or the commit is wrong then", () => {
    expect(clockProblem(evidence({ isSynchronised: true, daemon: "chrony.service", session, commit }))).toBeUndefined();
  });
});

test("a clock without a time daemon permits measuring, with a remark", () => {
  expect(clockProblem(evidence({ isSynchronised: false, session: { id: "s", ended: "2026-11-22T00:00:00.000Z" } }))).toBeUndefined();
  expect(clockRemark({ isSynchronised: false })).toContain("no time daemon is active");
  expect([true, undefined].map((isSynchronised) => clockRemark({ isSynchronised }))).toEqual([undefined, undefined]);
});
