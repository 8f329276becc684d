import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { CachedBuild } from "../../../runner/build/cached-builds.ts";
import { controls, isDrawn, isoWeek, repeatedControls } from "../../../runner/queue/control-sampling.ts";
import type { Session } from "../../../runner/model.ts";
import { idOf, measured, session } from "../report/fixture.ts";

const today = "2026-11-25";

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function kept(number: number, fingerprints: Record<string, string>, more: Partial<CachedBuild> = {}): CachedBuild {
  return {
    subject: { kind: "revision", revision: idOf(number) },
    suite: "5".repeat(40),
    environment: "e1",
    fingerprints,
    lastUsed: `2026-11-20T00:00:0${number}.000Z`,
    ...more,
  };
}

/** Fingerprints that this week draws, or does not. */
function fingerprint(draws: boolean, except: string[] = []): string {
  for (let number = 0; ; number++) {
    const found = hash(String(number));
    if (isDrawn({ fingerprints: { sort: found } }, isoWeek(today)) === draws && !except.includes(found)) return found;
  }
}
const drawn = fingerprint(true);
const another = fingerprint(true, [drawn]);

function measuredWith(number: number, print: string, more: Partial<Session> = {}): Session {
  return { ...session(number, { sort: { compiled: { ...measured(1), fingerprint: print } } }), ...more };
}

function numbers(input: { cachedBuilds: CachedBuild[]; sessions: Session[]; today?: string }): string[] {
  return controls({ environment: "e1", today, ...input }).map(({ subject }) =>
    subject.kind === "revision" ? subject.revision : "baseline",
  );
}

test("about one in ten cached builds is drawn, and in ten weeks others", () => {
  const hashes = Array.from({ length: 1000 }, (_, number) => hash(`build ${number}`));
  const drawnIn = (week: string) => hashes.filter((sort) => isDrawn({ fingerprints: { sort } }, week));
  const first = drawnIn("2026-W47");
  expect(first.length).toBeGreaterThan(70);
  expect(first.length).toBeLessThan(130);
  const overlap = drawnIn("2026-W48").filter((one) => first.includes(one));
  expect(overlap.length).toBeLessThan(30);
});

test("a build whose programs are not known is never drawn", () => {
  const weeks = Array.from({ length: 53 }, (_, week) => `2026-W${week}`);
  expect(weeks.filter((week) => isDrawn({ fingerprints: {} }, week))).toEqual([]);
});

test("a drawn build is measured again with its own suite revision, all benchmarks whose program was measured before", () => {
  const prints = { sort: drawn };
  const [item, ...others] = controls({ cachedBuilds: [kept(1, prints)], sessions: [measuredWith(1, drawn)], environment: "e1", today });
  expect(others).toEqual([]);
  expect(item).toEqual({
    subject: { kind: "revision", revision: idOf(1) },
    reason: "control",
    because: "control of week 2026-W48: measure known programs again",
    benchmarks: ["sort"],
    suite: "5".repeat(40),
  });
});

test("a benchmark that is no longer declared is no control", () => {
  const input = { cachedBuilds: [kept(1, { sort: drawn })], sessions: [measuredWith(1, drawn)], environment: "e1", today };
  const sort = { name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w" };
  const others = [{ ...sort, name: "other" }];
  expect(controls({ ...input, benchmarks: [sort] })).toHaveLength(1);
  expect(controls({ ...input, benchmarks: others })).toEqual([]);
  expect(repeatedControls({ ...input, benchmarks: others, since: "2027-01-01T00:00:00.000Z" })).toEqual([]);
});

test.each<[string, Parameters<typeof numbers>[0], string[]]>([
  ["of a build not drawn", { cachedBuilds: [kept(1, { sort: fingerprint(false) })], sessions: [measuredWith(1, fingerprint(false))] }, []],
  ["of a build that is gone", { cachedBuilds: [], sessions: [measuredWith(1, drawn)] }, []],
  ["of programs never measured", { cachedBuilds: [kept(1, { sort: drawn })], sessions: [] }, []],
  [
    "of a build for another environment",
    { cachedBuilds: [kept(1, { sort: drawn }, { environment: "e2" })], sessions: [measuredWith(1, drawn)] },
    [],
  ],
  [
    "a second time in a week",
    {
      cachedBuilds: [kept(1, { sort: drawn })],
      sessions: [measuredWith(1, drawn), measuredWith(1, drawn, { reason: "control", started: "2026-11-23T00:00:00.000Z" })],
    },
    [],
  ],
  [
    "a second time in a week, whatever came of the first",
    {
      cachedBuilds: [kept(1, { sort: drawn })],
      sessions: [
        measuredWith(1, drawn),
        { ...session(1, {}), reason: "control", started: "2026-11-23T00:00:00.000Z", failure: { stage: "run", message: "", output: "" } },
      ],
    },
    [],
  ],
  [
    "of the same programs twice",
    { cachedBuilds: [kept(1, { sort: drawn }), kept(2, { sort: drawn })], sessions: [measuredWith(1, drawn)] },
    [idOf(1)],
  ],
  [
    "but of another build, the longest unused first",
    {
      cachedBuilds: [kept(2, { sort: another }), kept(1, { sort: drawn })],
      sessions: [measuredWith(1, drawn), measuredWith(2, another)],
    },
    [idOf(1), idOf(2)],
  ],
])("no control %s", (_, input, expected) => {
  expect(numbers(input)).toEqual(expected);
});

test("last week's control does not count", () => {
  const sessions = [measuredWith(1, drawn), measuredWith(1, drawn, { reason: "control", started: "2026-11-22T23:59:59.000Z" })];
  expect(numbers({ cachedBuilds: [kept(1, { sort: drawn })], sessions })).toEqual([idOf(1)]);
});

test.each([
  ["2026-11-22", "2026-W47"],
  ["2026-11-23", "2026-W48"],
  ["2026-01-01", "2026-W01"],
  ["2025-12-29", "2026-W01"],
  ["2021-01-03", "2020-W53"],
  ["2021-01-04", "2021-W01"],
])("%s lies in week %s", (day, week) => {
  expect(isoWeek(day)).toBe(week);
});

const since = "2026-11-24T00:00:00.000Z";

/** A cached build of so many programs of its own, and the session it was measured in. */
function builtAndMeasured(number: number, programs: number, started: string): { build: CachedBuild; session: Session } {
  const names = Array.from({ length: programs }, (_, index) => `b${index}`);
  const prints = Object.fromEntries(names.map((name) => [name, hash(`${name} of ${number}`)]));
  const outcomes = Object.fromEntries(names.map((name) => [name, { compiled: { ...measured(1), fingerprint: prints[name] ?? "" } }]));
  return { build: kept(number, prints), session: { ...session(number, outcomes), started } };
}

function repeated(built: readonly { build: CachedBuild; session: Session }[], done: readonly Session[] = []): number[] {
  const sessions = [...built.map(({ session }) => session), ...done];
  const items = repeatedControls({ cachedBuilds: built.map(({ build }) => build), sessions, environment: "e1", since });
  expect(items.every(({ reason }) => reason === "control")).toBe(true);
  return items.map(({ benchmarks = [] }) => benchmarks.length);
}

test("on suspicion so many builds are measured again at once as make a set, of programs from before it", () => {
  const before = "2026-11-20T00:00:00.000Z";
  const built = [1, 2, 3, 4, 5].map((number) => builtAndMeasured(number, 5, before));
  expect(repeated(built)).toEqual([5, 5, 5]);
  expect(repeated(built.slice(0, 2))).toEqual([5, 5]);
  expect(repeated([builtAndMeasured(1, 30, before), ...built.slice(1)]).reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(11);
  expect(repeated([1, 2].map((number) => builtAndMeasured(number, 20, "2026-11-24T01:00:00.000Z")))).toEqual([]);
});

test("what was measured again since the suspicion is not taken once more", () => {
  const before = "2026-11-20T00:00:00.000Z";
  const built = [1, 2].map((number) => builtAndMeasured(number, 11, before));
  const again = (number: number): Session => ({
    ...(built[number - 1]?.session ?? session(number, {})),
    suite: "5".repeat(40),
    reason: "control",
    started: "2026-11-24T02:00:00.000Z",
  });
  expect(repeated(built, [again(1)])).toEqual([11]);
  expect(repeated(built, [again(1), again(2)])).toEqual([]);
});
