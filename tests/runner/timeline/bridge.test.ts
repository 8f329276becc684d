import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { bridge, halfWidth, scaleOf, wantedHalfWidth, weakHalfWidth } from "../../../runner/timeline/bridge.ts";
import type { BridgePoint } from "../../../runner/timeline/bridge.ts";
import { chain } from "../../../runner/timeline/chain.ts";
import { interval } from "../../../runner/timeline/quantity.ts";
import { hodgesLehmann, tUpperTail } from "../../../runner/timeline/stats.ts";
import { verdict } from "../../../runner/timeline/verdict.ts";

const precision = { standardError: z.number(), degreesOfFreedom: z.number() };
const side = z.object({ value: z.number(), ...precision, noiseUncertainty: z.number().exactOptional() });
const factor = z.object({ phi: z.number(), ...precision });
const golden = z
  .object({
    bridges: z.array(factor.extend({ points: z.array(z.object({ old: side, new: side })), halfWidth: z.number() })),
    medians: z.array(z.object({ values: z.array(z.number()), estimate: z.number() })),
    tails: z.array(z.object({ t: z.number(), degreesOfFreedom: z.number(), tail: z.number() })),
    means: z.array(
      z.object({
        shifts: z.array(z.object({ delta: z.number(), standardError: z.number() })),
        delta: z.number(),
        standardError: z.number(),
        between: z.number(),
      }),
    ),
    chains: z.array(factor.extend({ factors: z.array(factor) })),
  })
  .parse(JSON.parse(readFileSync(new URL("bridge.golden.json", import.meta.url), "utf8")));

const context = (number: number) => ({ environment: `e${number}`, workload: "w" });

describe("an independent computation agrees", () => {
  test("on the location of differences", () => {
    expect(golden.medians.length).toBeGreaterThan(7);
    for (const { values, estimate } of golden.medians) expect(hodgesLehmann(values)).toBeCloseTo(estimate, 12);
  });

  test("on the tails of Student's t", () => {
    expect(golden.tails.length).toBeGreaterThan(30);
    for (const { t, degreesOfFreedom, tail } of golden.tails) expect(tUpperTail(t, degreesOfFreedom) / tail).toBeCloseTo(1, 7);
  });

  test("on factors, their errors and intervals", () => {
    expect(golden.bridges.map(({ points }) => points.length)).toEqual([1, 1, 2, 3, 5, 5, 8]);
    for (const expected of golden.bridges) {
      const found = bridge(expected.points.map((point) => ({ revision: "", ...point })));
      expect(found.phi).toBeCloseTo(expected.phi, 12);
      expect(found.standardError / expected.standardError).toBeCloseTo(1, 9);
      expect(found.degreesOfFreedom / expected.degreesOfFreedom).toBeCloseTo(1, 9);
      expect(halfWidth(found) / expected.halfWidth).toBeCloseTo(1, 8);
    }
  });

  test("on what several scaling factors come to", () => {
    for (const { factors, ...expected } of golden.chains) {
      const scalingFactors = factors.map((one, number) => {
        const between = { from: context(number), to: context(number + 1) };
        return { benchmark: "sort", variant: "compiled" as const, ...between, status: "linked" as const, factor: one, revisions: [] };
      });
      const found = chain(scalingFactors, context(0), context(factors.length));
      if (found.status !== "linked") throw new Error(`the places are ${found.status}`);
      expect(found.scalingFactors).toBe(factors.length);
      expect(found.factor.phi).toBeCloseTo(expected.phi, 12);
      expect(found.factor.standardError).toBeCloseTo(expected.standardError, 12);
      expect(found.factor.degreesOfFreedom).toBeCloseTo(expected.degreesOfFreedom, 9);
    }
  });

  test("on the mean shift of a suite, and what its benchmarks differ", () => {
    expect(golden.means.filter(({ between }) => between > 0).length).toBeGreaterThan(1);
    for (const { shifts, ...expected } of golden.means) {
      const observations = shifts.map(({ delta, standardError }, index) => ({
        benchmark: `b${index}`,
        variant: "compiled" as const,
        old: { value: 1, standardError: 0, degreesOfFreedom: 9 },
        new: { value: Math.exp(delta), standardError, degreesOfFreedom: 9 },
        scalingFactor: { phi: 0, standardError: 0, degreesOfFreedom: 8 },
        sigma: 0.01,
      }));
      const { shift } = verdict(observations, [], { correlation: 0, ofQuiet: 0, degreesOfFreedom: 4, pairs: 1 });
      expect(shift?.delta).toBeCloseTo(expected.delta, 12);
      expect(shift?.standardError).toBeCloseTo(expected.standardError, 12);
      expect(shift?.between).toBeCloseTo(expected.between, 9);
      expect(shift?.degreesOfFreedom).toBeCloseTo(shifts.length - 1, 9);
    }
  });
});

const known = { standardError: 0.01, degreesOfFreedom: 20 };

/** Points whose sides differ by these, of ln seconds. */
function pointsOf(differences: readonly number[], precision: Omit<BridgePoint["old"], "value"> = known): BridgePoint[] {
  return differences.map((difference, number) => ({
    revision: String(number),
    old: { value: 2, ...precision },
    new: { value: 2 * Math.exp(difference), ...precision },
  }));
}

describe("a factor", () => {
  test("of one point is the ratio of its values, with the error that is known beforehand", () => {
    const found = bridge(pointsOf([0.1]));
    expect(scaleOf(found).value).toBeCloseTo(Math.exp(0.1), 12);
    expect(found.standardError).toBeCloseTo(0.01 * Math.SQRT2, 12);
    expect(found.degreesOfFreedom).toBe(4);
  });

  test("of five points has eight degrees of freedom, and the error of four parts prior and four parts of what they differ", () => {
    const found = bridge(pointsOf([0.1, 0.11, 0.09, 0.105, 0.095]));
    expect(found.degreesOfFreedom).toBe(8);
    expect(found.standardError ** 2).toBeCloseTo((4 * 0.0002 + 4 * 0.0000625) / 8 / 5, 12);
  });

  test("believes noise known beforehand the less, the more its points deny it", () => {
    // They vary with 1.25 times the variance that was expected, and with 25 times.
    expect(bridge(pointsOf([0.1, 0.12, 0.08, 0.11, 0.09])).degreesOfFreedom).toBeCloseTo(4 / 1.25 ** 2 + 4, 9);
    const noisy = bridge(pointsOf([0.1, 0.2, 0, 0.1, 0.1]));
    expect(noisy.degreesOfFreedom).toBeLessThan(4.01);
    expect(noisy.standardError ** 2).toBeCloseTo(0.005 / 5, 4);
  });

  test("is not moved by one wild point among five", () => {
    expect(bridge(pointsOf([0.1, 0.101, 0.099, 0.1, 3])).phi).toBeCloseTo(0.1, 2);
  });

  test("does not look exact because points agree by luck", () => {
    expect(bridge(pointsOf([0.1, 0.1])).standardError).toBeCloseTo(Math.sqrt((4 * 0.0002) / 5 / 2), 12);
  });

  test("believes noise known from little no more than it is known, however many points share it", () => {
    // One degree of freedom a side makes two of the differences.
    const vague = { standardError: 0.01, degreesOfFreedom: 1, noiseUncertainty: 0.0001 };
    for (const count of [1, 5]) {
      const found = bridge(
        pointsOf(
          Array.from({ length: count }, () => 0),
          vague,
        ),
      );
      expect(found.degreesOfFreedom).toBeCloseTo(2 + count - 1, 9);
    }
    const unshared = { standardError: 0.01, degreesOfFreedom: 1 };
    expect(bridge(pointsOf([0, 0, 0, 0, 0], unshared)).degreesOfFreedom).toBe(8);
  });

  test("of no point is refused", () => {
    expect(() => bridge([])).toThrow(RangeError);
  });

  test("of sessions without any spread has an interval of no width", () => {
    const still = bridge(pointsOf([0.1, 0.1], { standardError: 0, degreesOfFreedom: 9 }));
    expect(halfWidth(still)).toBe(0);
    expect(interval(scaleOf(still)).low).toBeCloseTo(Math.exp(0.1), 12);
  });

  test("is exact enough up to 1 %, and weak above 2 %", () => {
    expect([wantedHalfWidth, weakHalfWidth]).toEqual([0.01, 0.02]);
    expect(halfWidth({ phi: 5, standardError: 0.01, degreesOfFreedom: 8 })).toBeCloseTo(0.01 * 2.306, 5);
  });
});
