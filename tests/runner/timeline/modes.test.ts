import { describe, expect, test } from "vitest";
import { modesOf, usualGroup, type InSession } from "../../../runner/timeline/modes.ts";
import { timeline } from "../../../runner/timeline/timeline.ts";
import { history, idOf, measured, session } from "../report/fixture.ts";
import { generator, normal } from "../../../bench/simulation/coverage.ts";

interface Made {
  points?: number;
  noise: number;
  /** Share of sessions in the other group, which is so much slower. */
  share?: number;
  slower?: number;
  sessions?: number;
  level?: (index: number) => number;
  /** Index of the first point from which on the machine is so much slower: sessions beyond the first of each are taken after that. */
  drifted?: { from: number; by: number };
}

function series(
  { points = 60, noise, share = 0, slower = 0.17, sessions = 1, level = () => 0, drifted }: Made,
  seed: number,
  begin = 0,
): InSession[][] {
  const random = generator(seed);
  return Array.from({ length: points }, (_, index) =>
    Array.from({ length: sessions }, (__, nth) => {
      const isLater = drifted !== undefined && (nth > 0 || index >= drifted.from);
      const value = level(index) + noise * normal(random) + (random() < share ? slower : 0) + (isLater ? drifted.by : 0);
      const time = begin + (drifted === undefined ? index * sessions + nth : nth * points + index);
      return { value, session: String(time).padStart(6, "0") };
    }),
  );
}

/** Share of made series that are found to be bimodal. */
function found(made: Made): number {
  return Array.from({ length: 200 }, (_, seed) => modesOf(series(made, seed + 1))).filter(Boolean).length / 200;
}

test("a series of which one session in seven is 17 % slower is found, with one session a point and with three", () => {
  expect(found({ noise: 0.002, share: 1 / 7 })).toBeGreaterThan(0.9);
  expect(found({ noise: 0.002, share: 1 / 7, sessions: 3 })).toBeGreaterThan(0.99);
});

test.each<[string, Made]>([
  ["little noise", { noise: 0.001 }],
  ["much noise", { noise: 0.03 }],
  ["a change", { noise: 0.002, level: (index) => (index < 30 ? 0 : 0.2) }],
  ["a change at the end", { noise: 0.002, level: (index) => (index < 55 ? 0 : 0.2) }],
  ["a change and its end", { noise: 0.002, level: (index) => (index < 30 || index > 35 ? 0 : 0.2) }],
  ["five changes", { noise: 0.002, level: (index) => Math.floor(index / 12) * 0.05 }],
  ["a slow drift", { noise: 0.002, level: (index) => index * 0.004 }],
  ["a machine that drifted, and is slower in later sessions", { noise: 0.002, sessions: 3, drifted: { from: 55, by: 0.2 } }],
  ["few points", { noise: 0.002, points: 3, share: 0.5 }],
])("a series is not bimodal for %s", (_, made) => {
  expect(found(made)).toBeLessThan(0.02);
});

test("the last 60 points count: what was bimodal long ago is not now", () => {
  const before = series({ noise: 0.002, share: 0.3 }, 5);
  expect(modesOf(before)).toBeDefined();
  expect(modesOf([...before, ...series({ noise: 0.002, points: 75 }, 6, 60)])).toBeUndefined();
});

test("the usual group is that of most points, the slower one too", () => {
  expect(modesOf(series({ noise: 0.002, share: 1 / 7 }, 1))).toMatchObject({ gap: 0.03, usual: "lower" });
  expect(modesOf(series({ noise: 0.002, share: 6 / 7 }, 1))).toMatchObject({ usual: "upper" });
});

describe("of the sessions of one program", () => {
  const sessions = [1.2, 1.001, 1, 1.199].map((value) => ({ value }));
  const of = (usual: "lower" | "upper") => usualGroup(sessions, { gap: 0.03, usual }).map(({ value }) => value);

  test("those of the usual group count", () => {
    expect(of("lower")).toEqual([1.001, 1]);
    expect(of("upper")).toEqual([1.2, 1.199]);
  });

  test("all count in a series that is not bimodal, and a session alone always does", () => {
    expect(usualGroup(sessions, undefined)).toEqual(sessions);
    expect(usualGroup([{ value: 1.2 }], { gap: 0.03, usual: "lower" })).toEqual([{ value: 1.2 }]);
  });
});

test("a point's value is that of the usual group, with the noise within it; every session is still named", () => {
  const random = generator(3);
  const factor = (number: number, nth: number) => Math.exp(0.001 * normal(random)) * (number % 3 === nth ? 1.18 : 1);
  const sessions = Array.from({ length: 60 }, (_, number) =>
    [0, 1, 2].map((nth) => ({
      ...session(number, { sort: { compiled: { ...measured(factor(number, nth)), fingerprint: `f${number}` } } }),
      id: String(3 * number + nth).padStart(4, "0"),
      subject: { kind: "revision" as const, revision: idOf(number) },
    })),
  ).flat();
  const listed = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w1" }];
  const [benchmark] = timeline({ history: history(60), sessions, listed, currentEnvironment: "e1", scalingFactors: [] }).benchmarks;
  const segment = benchmark?.series[0]?.segments[0];
  expect(segment?.modes).toMatchObject({ usual: "lower" });
  expect(segment?.noise?.sigma).toBeLessThan(0.002);
  const values = segment?.points.flatMap((point) => (point.status === "measured" ? [point.seconds.value] : [])) ?? [];
  expect(values.length).toBe(60);
  expect(Math.max(...values)).toBeLessThan(1.005);
  expect(segment?.points.every((point) => point.sessions.length === 3)).toBe(true);
});
