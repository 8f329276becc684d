import { describe, expect, test } from "vitest";
import type { Failure, Measured, ReusedResult } from "../../../runner/model.ts";
import { KnownPrograms } from "../../../runner/queue/reuse.ts";
import { points, runs, type Attempt, type Point } from "../../../runner/timeline/points.ts";
import { failed, history, idOf, session } from "../report/fixture.ts";
import { ok, same } from "./program-outcomes.ts";

type Tried = [number, Measured | Failure | ReusedResult];
const failure: Failure = { stage: "run", message: "boom", output: "" };

function attempts(tries: readonly Tried[]): Attempt[] {
  return tries.map(([position, outcome], serial) => ({
    position,
    session: String(serial).padStart(4, "0"),
    environment: "e1",
    workload: "w1",
    outcome,
  }));
}

const numberOf = new Map(history(400).map(({ id }, number) => [id, number]));
const numbers = (point: Point) => point.revisions.map(({ id }) => numberOf.get(id));

/** Of a history of that length. */
function pointsOf(length: number, tries: readonly Tried[]): Point[] {
  return points(history(length), runs(history(length), attempts(tries)));
}

/** Each point as its revisions, copies in brackets: `0 (1) 3`. */
function drawn(tries: readonly Tried[]): string[] {
  return pointsOf(9, tries).map((point) =>
    point.status === "failed"
      ? `${numbers(point).join(" ")} failed`
      : point.revisions.map(({ id }) => (point.copies.has(id) ? `(${numberOf.get(id)})` : `${numberOf.get(id)}`)).join(" "),
  );
}

test.each<[string, Tried[], string[]]>([
  [
    "neighbours with one program are one point",
    [
      [0, ok("f")],
      [1, ok("f")],
      [2, ok("g")],
    ],
    ["0 1", "2"],
  ],
  [
    "unmeasured revisions do not break it",
    [
      [0, ok("f")],
      [5, ok("f")],
    ],
    ["0 5"],
  ],
  [
    "another program breaks it, and one that comes back is a point of its own",
    [
      [0, ok("f")],
      [1, ok("g")],
      [2, ok("f")],
    ],
    ["0", "1", "2"],
  ],
  [
    "a program that is not known breaks it",
    [
      [0, ok("f")],
      [1, ok()],
      [2, ok("f")],
    ],
    ["0", "1", "2"],
  ],
  [
    "programs that are not known are never the same",
    [
      [0, ok()],
      [1, ok()],
    ],
    ["0", "1"],
  ],
  [
    "a failure breaks it",
    [
      [0, ok("f")],
      [1, failure],
      [2, ok("f")],
    ],
    ["0", "1 failed", "2"],
  ],
  [
    "a failure of a revision measured besides does not",
    [
      [0, ok("f")],
      [1, failure],
      [1, ok("f")],
      [1, failure],
    ],
    ["0 1"],
  ],
  [
    "copies belong to it, on either side",
    [
      [0, same("f", 1)],
      [1, ok("f")],
      [2, same("f", 1)],
      [3, ok("g")],
    ],
    ["(0) 1 (2)", "3"],
  ],
  [
    "a copy measured later is none",
    [
      [0, ok("f")],
      [1, same("f")],
      [1, ok("f")],
    ],
    ["0 1"],
  ],
  [
    "a copy found to be another program is none",
    [
      [0, ok("f")],
      [1, same("f")],
      [1, ok("g")],
    ],
    ["0", "1"],
  ],
  [
    "copies without an original are no point",
    [
      [0, ok("f")],
      [1, ok("g")],
      [2, same("f")],
    ],
    ["0", "1"],
  ],
  [
    "a revision measured with two programs is alone",
    [
      [0, ok("f")],
      [1, ok("f")],
      [1, ok("g")],
      [2, ok("g")],
    ],
    ["0", "1", "2"],
  ],
])("%s", (_, tries, expected) => {
  expect(drawn(tries)).toEqual(expected);
  expect(drawn([...tries].sort(([a], [b]) => a - b))).toEqual(expected);
});

test("copies never enter a value, an error or a count of sessions", () => {
  const alone = pointsOf(9, [
    [0, ok("f", 1)],
    [4, ok("f", 1.2)],
    [2, ok("f", 1.1)],
  ]);
  const withCopies = pointsOf(9, [
    [0, ok("f", 1)],
    [4, ok("f", 1.2)],
    [2, ok("f", 1.1)],
    [1, same("f")],
    [3, same("f")],
    [5, same("f")],
  ]);
  const [a] = alone;
  const [b] = withCopies;
  if (a?.status !== "measured" || b?.status !== "measured") throw new Error("no point was measured");
  expect(b.seconds).toEqual(a.seconds);
  expect(b.seconds.value).toBeCloseTo(1.1, 12);
  expect(b.sessions).toEqual(["0000", "0001", "0002"]);
  expect([a.revisions.length, b.revisions.length]).toEqual([3, 6]);
});

/** Numbers from 0 to below 1, the same for a seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A made history: each revision runs a program, is measured or said to be the same in any order, fails, or is left out. */
function story(seed: number): { length: number; tries: Tried[] } {
  const next = random(seed);
  const length = 5 + Math.floor(next() * 60);
  const programs = Array.from({ length }, () => ["f", "g", "h", undefined][Math.floor(next() * 4)]);
  for (let at = 1; at < length; at++) if (next() < 0.7) programs[at] = programs[at - 1];
  const tries: Tried[] = [];
  for (let count = Math.floor(next() * length * 1.5); count > 0; count--) {
    const position = Math.floor(next() * length);
    const program = programs[position];
    const kind = next();
    if (kind < 0.1) tries.push([position, failure]);
    else if (kind < 0.5 && program) tries.push([position, same(program, Math.floor(next() * length))]);
    else tries.push([position, ok(program, 1 + next())]);
  }
  return { length, tries };
}

/** The different fingerprints in a point's sessions. */
function programsOf(tries: readonly Tried[], { sessions }: Point): (string | undefined)[] {
  const outcomes = sessions.map((id) => tries[Number(id)]?.[1]);
  return [...new Set(outcomes.map((outcome) => (outcome && "fingerprint" in outcome ? outcome.fingerprint : undefined)))];
}

describe.each(Array.from({ length: 60 }, (_, seed) => seed))("made history %i", (seed) => {
  const { length, tries } = story(seed);
  const found = pointsOf(length, tries);

  test("each revision is in one point at most, each session in exactly one, and points follow each other", () => {
    const order = found.flatMap(numbers);
    expect(order).toEqual([...new Set(order)].sort((a, b) => (a ?? 0) - (b ?? 0)));
    const counted = found.flatMap((point) => (point.status === "measured" ? point.sessions : []));
    const own = attempts(tries).filter(({ outcome }) => "seconds" in outcome);
    expect([...counted].sort()).toEqual(own.map((attempt) => attempt.session).sort());
  });

  const hasProgram = (at: number) => tries.some(([position, outcome]) => position === at && !("stage" in outcome));

  test("between the ends of a point no revision was found to run another program, and neighbouring points differ", () => {
    for (const point of found) {
      const [first = 0, last = 0] = [numbers(point)[0], numbers(point).at(-1)];
      const between = [...new Set(tries.map(([position]) => position))].filter((at) => at > first && at < last).sort((a, b) => a - b);
      expect(between).toEqual(numbers(point).slice(1, -1));
      const strangers = point.revisions.length > 1 ? numbers(point).filter((at) => at === undefined || !hasProgram(at)) : [];
      expect(strangers).toEqual([]);
    }
    const alike = found.filter((point, index) => {
      const after = found[index + 1];
      if (!after || point.status === "failed" || after.status === "failed") return false;
      const gap = tries.some(([at]) => at > (numbers(point).at(-1) ?? 0) && at < (numbers(after)[0] ?? 0));
      const [here, there] = [programsOf(tries, point), programsOf(tries, after)];
      return !gap && here.length === 1 && there.length === 1 && here[0] !== undefined && here[0] === there[0];
    });
    expect(alike).toEqual([]);
  });

  test("a copy has the value of a point exactly where the queue lets it stand", () => {
    const sessions = tries.map(([number, outcome], serial) =>
      session(number, { sort: { compiled: "stage" in outcome ? failed() : outcome } }, { serial }),
    );
    const known = new KnownPrograms({ history: history(length), sessions, environment: "e1" });
    const shown = new Set(found.flatMap((point) => (point.status === "measured" ? [...point.copies.keys()] : [])));
    for (const position of new Set(tries.map(([at]) => at))) {
      const outcomes = tries.filter(([at]) => at === position).map(([, outcome]) => outcome);
      const copy = outcomes.findLast((outcome): outcome is ReusedResult => "as" in outcome);
      if (!copy || outcomes.some((outcome) => "seconds" in outcome)) continue;
      expect(known.stands(idOf(position), "sort", "compiled", copy)).toBe(shown.has(idOf(position)));
    }
  });
});
