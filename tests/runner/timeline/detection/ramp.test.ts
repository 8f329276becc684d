import { describe, expect, test } from "vitest";
import { candidate } from "../../../../runner/timeline/detection/candidate.ts";
import { isRamp } from "../../../../runner/timeline/detection/ramp.ts";
import type { Reading } from "../../../../runner/timeline/detection/level.ts";
import { generator, normal } from "../../../../bench/simulation/coverage.ts";

const sigma = 0.005;
const points = 70;

/** Noise around levels, told by the number of a reading. */
function readings(level: (number: number) => number, seed = 5): Reading[] {
  const random = generator(seed);
  return Array.from({ length: points }, (_, number) => ({ value: level(number) + sigma * normal(random), linkError: 0, sessions: 1 }));
}

const creeping = (number: number): number => 0.001 * Math.min(30, Math.max(0, number - 20));
const step =
  (...at: number[]) =>
  (number: number): number =>
    at.filter((one) => number >= one).length * 0.02;
const whole = { from: 0, to: points };

describe("a ramp", () => {
  test("is told from one step, from two, and from three large ones", () => {
    expect(isRamp(readings(creeping), whole, { split: 35, noticed: 37 }, sigma)).toBe(true);
    expect(isRamp(readings(step(35)), whole, { split: 35, noticed: 37 }, sigma)).toBe(false);
    expect(isRamp(readings(step(28, 42)), whole, { split: 35, noticed: 37 }, sigma)).toBe(false);
    expect(isRamp(readings(step(23, 35, 47)), whole, { split: 35, noticed: 37 }, sigma)).toBe(false);
  });

  test("is told from a step that only its last readings show", () => {
    expect(isRamp(readings(step(66)), whole, { split: 66, noticed: 69 }, sigma)).toBe(false);
  });

  test("followed by a step at once is told all the same", () => {
    const both = readings((number) => creeping(number) + step(52, 52, 52)(number));
    expect(candidate(both, { changes: [], drifts: [], rejected: [] })).toMatchObject({ split: 52 });
  });

  test("raises no suspicion against any of its revisions; a step raises one", () => {
    const nothing = { changes: [], drifts: [], rejected: [] };
    expect(candidate(readings(creeping), nothing)).toBeUndefined();
    expect(candidate(readings(step(35)), nothing)).toMatchObject({ split: 35 });
  });
});
