import { describe, expect, test } from "vitest";
import { measured, Server } from "../../../bench/detection/server.ts";
import { changesToReport } from "../../../runner/alerts/changes.ts";
import { changesText, creepingStateText } from "../../../runner/queue/changes.ts";
import { buildsToKeep } from "../../../runner/queue/keeping.ts";
import type { CachedBuild } from "../../../runner/build/cached-builds.ts";
import { creepingRanges } from "../../../runner/timeline/detection/ranges.ts";
import { standing } from "../../../runner/timeline/detection/readings.ts";
import { idOf } from "../report/fixture.ts";

const kept = (number: number): CachedBuild => ({
  subject: { kind: "revision", revision: idOf(number) },
  suite: "s0",
  environment: "here",
  fingerprints: {},
  lastUsed: "2026-01-01",
});
const creeping = (number: number): number => Math.exp(0.001 * Math.min(60, Math.max(0, number - 20)));

/** A server with these revisions measured, and builds kept of some. */
function server(revisions: number, built: readonly number[], how: Partial<ConstructorParameters<typeof Server>[0]> = {}): Server {
  const found = measured({ revisions: 120, truth: creeping, ...how }, [...Array(revisions).keys()]);
  found.cachedBuilds = built.map(kept);
  return found;
}

const positionsOf = ({ history }: Server) => new Map(history.map(({ id }, position) => [id, position]));

describe("a change that creeps", () => {
  const one = server(50, [25, 26, 49]);
  const asked = one.changes();
  const done = one.settle();

  test("makes no revision suspect; the newest program is paired with a kept one 20 to 30 back, in words", () => {
    expect(changesText(asked)).toBeUndefined();
    expect(asked.creepingItems).toEqual([
      expect.objectContaining({
        subject: { kind: "revision", revision: idOf(49) },
        reason: "creeping",
        benchmarks: ["sort"],
        suite: "s0",
        because: expect.stringMatching(/^confirm creeping change: sort \+[12]\.\d\d % over 24 programs: session 1 of at most 19$/),
      }),
    ]);
    expect(creepingStateText(asked)).toMatch(/^sort \+[12]\.\d\d % over 24 programs \(0 of at most 19 sessions\)$/);
  });

  test("is confirmed by interleaved pairs of the two, as a range in no single revision", () => {
    expect(done.map((item) => one.numberOf(item))).toEqual([49, 25, 25, 49, 49, 25]);
    expect(one.decisions).toEqual([
      expect.objectContaining({ outcome: "creeping", found: "creeping", direction: "slower", lastGood: idOf(25), firstBad: idOf(49) }),
    ]);
    const [{ change } = {}] = one.decisions;
    expect(Math.abs((change?.phi ?? 0) - 0.024)).toBeLessThan(4 * (change?.standardError ?? 0));
    expect(creepingStateText(one.changes())).toMatch(/^sort \+2\.\d+ % ± [\d.]+ % since [0-9a-f]{12}, in no single revision$/);
  });

  test("is looked for once a week, and goes on as the same range with one alert", () => {
    one.cachedBuilds = [49, 70].map(kept);
    for (let number = 50; number <= 70; number++) one.measure(number);
    expect(one.changes().creepingItems).toEqual([]);
    one.today = "2026-01-08";
    expect(
      one
        .settle()
        .map((item) => one.numberOf(item))
        .slice(0, 2),
    ).toEqual([70, 49]);
    const [range, ...others] = creepingRanges(one.decisions, positionsOf(one));
    expect(others).toEqual([]);
    expect(range).toMatchObject({ lastGood: idOf(25), firstBad: idOf(70), supersedes: { firstBad: idOf(49), n: 1 } });
    expect(Math.abs((range?.change.phi ?? 0) - 0.045)).toBeLessThan(4 * (range?.change.standardError ?? 0));
    const alerts = (decisions: typeof one.decisions) => changesToReport(decisions, { host: "host", environment: "here" }, { name: "mypy" });
    expect(alerts(one.decisions)).toEqual([
      expect.objectContaining({
        id: alerts(one.decisions.slice(0, 1))[0]?.id,
        title: expect.stringMatching(/^sort creeps: slower since [0-9a-f]{12} \(\+4\.\d+ % ± .*\), in no single revision$/),
      }),
    ]);
  });
});

test("one session serves all benchmarks that creep", () => {
  const { creepingItems } = server(50, [25, 49], { benchmarks: ["sort", "tree"] }).changes();
  expect(creepingItems.map(({ benchmarks }) => benchmarks)).toEqual([["sort", "tree"]]);
});

test("confirmed changes are no creeping change", () => {
  const stepped = server(45, [20, 44], { truth: (number) => (number >= 30 ? 1.03 : 1) });
  stepped.settle();
  expect(stepped.decisions.map(({ outcome, firstBad }) => [outcome, firstBad])).toEqual([["confirmed", idOf(30)]]);
  const both = server(50, [25, 49], { truth: (number) => creeping(number) * (number >= 45 ? 1.04 : 1) });
  both.settle();
  const outcomes = both.decisions.map(({ outcome, change }) => [outcome, Math.round((change?.phi ?? 0) * 100)]);
  expect(outcomes).toEqual([
    ["confirmed", 4],
    ["creeping", 2],
  ]);
});

test("a range is withdrawn once a change is confirmed that explains it", () => {
  const one = server(50, [25, 49]);
  one.settle();
  const [range] = one.decisions;
  const found = range && { ...range, outcome: "confirmed" as const, found: "scan" as const, firstBad: idOf(40), lastGood: idOf(39) };
  const later = found ? [...one.decisions, { ...found, written: "2026-01-02T00:00:00.000Z" }] : [];
  expect(standing(later)).toHaveLength(2);
  expect(creepingRanges(later, positionsOf(one))).toEqual([]);
});

test("unchanged programs take no session, and without a build far enough back it says so", () => {
  expect(server(50, [25, 49], { truth: () => 1 }).changes()).toMatchObject({ creepingItems: [], unpaired: [] });
  const far = server(50, [2, 48, 49]).changes();
  expect(far.creepingItems).toEqual([]);
  expect(creepingStateText(far)).toBe(
    "not checked in 1 benchmark (sort): no build cached of a program 20 to 30 back; a larger `measure.buildCacheGigabytes` may help",
  );
});

test("a build that vanished between two sessions is made again, and the pair ends", () => {
  const one = server(50, [25, 49]);
  const [first] = one.changes().creepingItems;
  if (first) one.measure(one.numberOf(first), first);
  one.cachedBuilds = [];
  one.settle();
  expect(one.decisions.map(({ outcome }) => outcome)).toEqual(["creeping"]);
});

test("of the builds one always stays that is 20 to 30 programs back, however few there are", () => {
  const one = new Server({ revisions: 120 });
  let builds: number[] = [];
  const distances: number[] = [];
  for (let number = 0; number < 120; number++) {
    one.measure(number);
    one.cachedBuilds = [...builds, number].map(kept);
    const spared = new Set(one.changes().kept);
    // The two newest besides.
    builds = [...builds, number].filter((build) => spared.has(idOf(build)) || build >= number - 1);
    if (number >= 30) distances.push(Math.min(...builds.map((build) => Math.abs(number - build - 25))));
  }
  expect(Math.max(...distances)).toBeLessThanOrEqual(5);
  expect(builds.length).toBeLessThanOrEqual(5);
  expect(buildsToKeep([], one.cachedBuilds, "here", [])).toEqual([]);
});
