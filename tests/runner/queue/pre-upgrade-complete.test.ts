import { describe, expect, test } from "vitest";
import { isPreUpgradeRunComplete } from "../../../runner/queue/pre-upgrade-complete.ts";
import type { Session } from "../../../runner/model.ts";

const now = new Date("2026-11-25T12:00:00Z");
const revision = "a".repeat(40);

function session(more: Partial<Session> = {}): Session {
  return {
    schema: 1,
    id: "",
    host: "bench",
    started: "2026-11-24T12:00:00.000Z",
    ended: "2026-11-24T12:10:00.000Z",
    reason: "pre-upgrade",
    subject: { kind: "revision", revision },
    environment: "old",
    hostFacts: {},
    suite: "s",
    versions: {},
    listed: [],
    benchmarks: {},
    ...more,
  };
}
const times = (count: number, more: Partial<Session> = {}): Session[] => Array.from({ length: count }, () => session(more));

describe("a pre-upgrade run", () => {
  test("is taken with five recent sessions of one revision in the environment that goes", () => {
    expect(isPreUpgradeRunComplete(times(5), "old", now)).toBe(true);
    expect(isPreUpgradeRunComplete(times(4), "old", now)).toBe(false);
  });

  test.each<[string, Partial<Session>]>([
    ["for another reason", { reason: "new" }],
    ["older than a month", { started: "2026-10-20T12:00:00.000Z" }],
    ["of another revision", { subject: { kind: "revision", revision: "b".repeat(40) } }],
    ["of the interpreter itself", { subject: { kind: "baseline" } }],
    ["that failed", { failure: { stage: "checkout", message: "no", output: "" } }],
    ["in another environment", { environment: "older" }],
  ])("is not taken by sessions %s", (_case, more) => {
    expect(isPreUpgradeRunComplete([...times(4), ...times(3, more)], "old", now)).toBe(false);
  });

  test("is not asked for where nothing was measured", () => {
    expect(isPreUpgradeRunComplete(times(3, { environment: "older" }), "old", now)).toBe(true);
  });
});
