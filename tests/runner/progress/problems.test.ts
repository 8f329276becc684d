import { describe, expect, test } from "vitest";
import {
  failed,
  isSettled,
  lasting,
  measuredWith,
  problemText,
  triedAgainAt,
  type Problem,
  type Settling,
} from "../../../runner/progress/problems.ts";

const start = Date.parse("2026-01-02T10:00:00Z");

function at(hours: number): string {
  return new Date(start + hours * 3_600_000).toISOString();
}

const fetching = { kind: "fetch", about: "/srv/target" } as const;
const measuring = { kind: "measure", about: "revision 0123456789ab" } as const;

/** Returns the problems after failures at these hours. */
function after(hours: readonly number[], attempt: Pick<Problem, "kind" | "about"> = fetching): Problem {
  const open = hours.reduce<Problem[]>((known, hour) => failed(known, attempt, { reason: `at ${hour}` }, at(hour)), []);
  const [problem] = open;
  if (!problem || open.length > 1) throw new Error(JSON.stringify(open));
  return problem;
}

describe("work that keeps failing", () => {
  test("is one problem since its first failure, with the last reason", () => {
    expect(after([0, 1, 5])).toEqual({ ...fetching, since: at(0), last: at(5), times: 3, reason: "at 5" });
  });

  test("is lasting by the time between failures, not by time without an attempt", () => {
    expect(lasting([after([0, 5.9])], 6)).toEqual([]);
    expect(lasting([after([0])], 6)).toEqual([]);
    expect(lasting([after([0, 3, 6])], 6)).toHaveLength(1);
  });

  test("is removed after two weeks without an attempt", () => {
    const old = failed([], measuring, { reason: "gone" }, at(0));
    expect(failed(old, fetching, { reason: "away" }, at(24 * 13))).toHaveLength(2);
    expect(failed(old, fetching, { reason: "away" }, at(24 * 15)).map(({ kind }) => kind)).toEqual(["fetch"]);
  });

  test("is reported with its age, its reason and the time of the next retry", () => {
    expect(problemText({ ...after([0, 1]), hint: "look there" })).toBe(
      "cannot fetch /srv/target since 2026-01-02 10:00 UTC (2 times): at 1 (look there)",
    );
    expect(problemText(after([0, 1, 2], measuring))).toMatch(/\(3 times\): at 2; next retry after 2026-01-02 12:20 UTC$/);
  });
});

describe("an item with repeated infrastructure errors", () => {
  test("waits ever longer, at most six hours", () => {
    const waits = [1, 2, 3, 4, 5, 10].map((times) => Date.parse(triedAgainAt({ last: at(0), times })) - start);
    expect(waits.map((wait) => wait / 60_000)).toEqual([0, 0, 20, 40, 80, 360]);
  });

  test("is retried at once after a change of the configuration", () => {
    const open = failed([], measuring, { reason: "no route", setup: "before" }, at(0));
    const all = failed(open, { ...measuring, about: "baselines" }, { reason: "no route", setup: "now" }, at(1));
    expect(measuredWith(failed(all, fetching, { reason: "away" }, at(1)), "now")).toEqual(["baselines"]);
  });

  const since3Days = after([0, 1, 2, 72], measuring);
  const settling: Settling = { now: at(72), isRevisions: false, lastMeasured: at(50), isFetched: true };

  test("has failed after three days in which others were measured", () => {
    expect(isSettled(since3Days, settling)).toBe(true);
    expect(isSettled(since3Days, { ...settling, now: at(71) })).toBe(false);
    expect(isSettled(after([0, 72], measuring), settling)).toBe(false);
  });

  test("has not failed while nothing else is measured or fetched: that is the machine's or the network's fault", () => {
    expect(isSettled(since3Days, { ...settling, lastMeasured: undefined })).toBe(false);
    expect(isSettled(since3Days, { ...settling, lastMeasured: at(-1) })).toBe(false);
    expect(isSettled(since3Days, { ...settling, isFetched: false })).toBe(false);
  });

  test("has failed if something of its own is missing, even if no other is measured", () => {
    const alone = { ...settling, isRevisions: true, lastMeasured: undefined };
    expect(isSettled(since3Days, alone)).toBe(true);
    expect(isSettled(since3Days, { ...alone, isFetched: false })).toBe(false);
  });
});
