import { expect, test } from "vitest";
import { seeded } from "../../../bench/random.ts";
import type { Session } from "../../../runner/model.ts";
import { compare } from "../../../runner/timeline/compare.ts";
import type { RevisionsSide } from "../../../runner/timeline/compared.ts";
import { noisyPoints, segmentNoise } from "../../../runner/timeline/point-noise.ts";
import { timeline } from "../../../runner/timeline/timeline.ts";
import { history, idOf, measured, session } from "../report/fixture.ts";

const sigma = 0.02;

/** Sessions of revisions that differ by noise alone, each once: nothing but their neighbours tells how much. */
function unchanged(count: number, repeated = 0, seed = 3): Session[] {
  const random = seeded(seed);
  const normal = () => Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, -6);
  const one = (number: number, serial: number) => session(number, { sort: { compiled: measured(Math.exp(sigma * normal())) } }, { serial });
  return [
    ...Array.from({ length: count }, (_, number) => one(number, number)),
    ...Array.from({ length: repeated }, (_, n) => one(0, count + n)),
  ];
}

function made(sessions: Session[]) {
  const listed = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w1" }];
  return timeline({ history: history(60), sessions, listed, currentEnvironment: "e1", scalingFactors: [] });
}

const segmentOf = (sessions: Session[]) => {
  const segment = made(sessions).benchmarks[0]?.series[0]?.segments[0];
  if (!segment) throw new Error("no segment");
  return segment;
};
const at = (number: number): RevisionsSide => ({ kind: "revisions", name: `r${number}`, ids: new Set([idOf(number)]) });

test("without A/A pairs, neighbouring points tell the noise, from nine on", () => {
  expect(segmentNoise(segmentOf(unchanged(8)))).toBeUndefined();
  const found = segmentNoise(segmentOf(unchanged(40)));
  expect(found?.sigma).toBeGreaterThan(sigma / 2);
  expect(found?.sigma).toBeLessThan(2 * sigma);
});

test("A/A pairs tell it where there are any", () => {
  const segment = segmentOf(unchanged(40, 6));
  expect(segmentNoise(segment)).toBe(segment.noise);
  expect(noisyPoints(segment)).toEqual(segment.points);
});

test.each([9, 20, 60])("of %i revisions that differ by noise alone, no more than the promised share is said to differ", (count) => {
  const found = Array.from({ length: 100 }, (_, seed) => {
    const all = made(unchanged(count, 0, seed + 1));
    return [compare(all, at(0), at(count - 1)), compare(all, at(2), at(count - 3))].map(({ compared }) => compared[0]?.verdict);
  }).flat();
  expect(new Set(found)).toEqual(new Set(["no change shown", ...(found.includes("differs") ? ["differs"] : [])]));
  expect(found.filter((verdict) => verdict === "differs").length / found.length).toBeLessThan(0.06);
});

test("where not even that tells it, nothing is said to differ", () => {
  expect(compare(made(unchanged(3)), at(0), at(1)).compared).toMatchObject([{ isNoiseKnown: false, verdict: "not judged" }]);
});

test("a side compared with itself is the same, also with that noise", () => {
  expect(compare(made(unchanged(40)), at(5), at(5)).compared).toMatchObject([{ isSame: true, verdict: "same program" }]);
});
