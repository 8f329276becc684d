// Imported values in all that weighs errors: points.ts, quantity.ts, bridge.ts, chain.ts, noise.ts and verdict.ts.

import { describe, expect, test } from "vitest";
import { seeded } from "../../../bench/random.ts";
import type { Imported, Session } from "../../../runner/model.ts";
import { bridge, halfWidth } from "../../../runner/timeline/bridge.ts";
import { chain } from "../../../runner/timeline/chain.ts";
import { sessionNoise } from "../../../runner/timeline/noise.ts";
import { points, runs, quantityOf } from "../../../runner/timeline/points.ts";
import { combinedError, hasError, interval, pooled, product, ratio } from "../../../runner/timeline/quantity.ts";
import { tQuantile } from "../../../runner/timeline/stats.ts";
import { verdict } from "../../../runner/timeline/verdict.ts";
import { history, scalingFactor, session } from "../report/fixture.ts";

const value = (seconds: number, deviation = 0.01): Imported => ({
  status: "imported",
  workload: "w1",
  seconds,
  deviation,
  taken: "2021-05-09T10:11:12.000000Z",
});
const unknown = { value: 2, standardError: Infinity, degreesOfFreedom: 1 };
const known = { value: 3, standardError: 0.01, degreesOfFreedom: 9 };

describe("the interval of an imported value", () => {
  test("is that of one sample: it holds what the mean of any four or more would have", () => {
    const { standardError, degreesOfFreedom } = quantityOf(value(2));
    const reach = tQuantile(0.975, degreesOfFreedom) * standardError;
    for (let n = 4; n < 400; n++) expect((tQuantile(0.975, n - 1) * 0.01) / Math.sqrt(n)).toBeLessThan(reach);
    expect(interval(quantityOf(value(2))).high).toBeCloseTo(2 * Math.exp(1.96 * 0.01), 3);
  });

  test("is not known where the deviation is zero: that of a single sample, or of none that differ", () => {
    expect(hasError(quantityOf(value(2, 0)))).toBe(false);
  });

  test("stands on what sessions of one program differ, once five pairs tell it, and covers the truth", () => {
    const random = seeded(11);
    const normal = () => Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, -6);
    const revisions = history(12);
    let covered = 0;
    const trials = 400;
    for (let trial = 0; trial < trials; trial++) {
      // Sessions differ by 3 %, samples within one by .2 %: what was recorded knows nothing of it.
      const sessions = revisions.flatMap((_, number) =>
        [0, 1].map((again) => taken(number, Math.exp(0.03 * normal()), 0.002, 2 * number + again)),
      );
      const noise = sessionNoise(sessions)({ environment: "e1", workload: "w1", benchmark: "sort", variant: "compiled" });
      expect(noise?.isOfSuite).toBe(false);
      const [first] = points(revisions, runs(revisions, [attempt(sessions[0])]), noise);
      if (first?.status !== "measured") throw new Error("no point");
      const { low, high } = interval(first.seconds);
      if (low < 1 && high > 1) covered++;
    }
    expect(covered / trials).toBeGreaterThan(0.92);
    expect(covered / trials).toBeLessThan(0.99);
  });
});

describe("an error that is not known", () => {
  test("stays so through ratios, products, pools and bridges, and its interval is everything", () => {
    for (const found of [
      ratio(unknown, known),
      ratio(known, unknown),
      product(known, unknown),
      pooled([unknown, known]),
      pooled([unknown, unknown, known]),
    ]) {
      expect(found).toMatchObject({ standardError: Infinity, degreesOfFreedom: 1 });
      expect(interval(found)).toEqual({ low: 0, high: Infinity });
    }
    const noise = { sigma: 0.01, uncertainty: 0.00002, pairs: 7, isOfSuite: false };
    expect(pooled([unknown], noise)).toMatchObject({ value: 2, standardError: Infinity, degreesOfFreedom: 1 });
    expect(combinedError([unknown, unknown])).toMatchObject({ standardError: Infinity, degreesOfFreedom: 1 });
    const factor = bridge([{ revision: "r", old: unknown, new: known }]);
    expect(factor.phi).toBeCloseTo(Math.log(3 / 2), 12);
    expect(halfWidth(factor)).toBe(Infinity);
  });

  test("makes a chain weak; another way is taken where there is one, but not a broken one", () => {
    const [a, b, c] = ["a", "b", "c"].map((environment) => ({ environment, workload: "w1" }));
    if (!a || !b || !c) throw new Error("three places");
    const direct = scalingFactor(a, c, 0.5, { status: "weak", factor: { phi: 0.5, standardError: Infinity, degreesOfFreedom: 1 } });
    expect(chain([direct], a, c)).toMatchObject({ status: "linked", weak: true, factor: { phi: 0.5, standardError: Infinity } });
    expect(chain([direct, scalingFactor(a, b, 1), scalingFactor(b, c, 1)], a, c)).toMatchObject({ scalingFactors: 2, factor: { phi: 2 } });
    const broken = { ...scalingFactor(b, c, 0), status: "broken" as const, reason: "gone" };
    expect(chain([direct, scalingFactor(a, b, 1), broken], a, c)).toMatchObject({ status: "linked", scalingFactors: 1 });
  });

  test("is never a pass", () => {
    const observation = { benchmark: "sort", variant: "compiled", sigma: 0.01, old: known, new: known } as const;
    const found = verdict([{ ...observation, scalingFactor: { phi: 0, standardError: Infinity, degreesOfFreedom: 1 } }]);
    expect(found.benchmarks[0]).toMatchObject({ verdict: "inconclusive", shift: undefined });
    expect(found.verdict).toBe("inconclusive");
  });
});

function taken(number: number, seconds: number, deviation: number, serial: number): Session {
  return session(number, { sort: { compiled: value(seconds, deviation) } }, { serial, reason: "import" });
}

function attempt(one: Session | undefined) {
  const outcome = one?.benchmarks["sort"]?.compiled;
  if (!one || outcome?.status !== "imported") throw new Error("nothing imported");
  return { position: 0, session: one.id, environment: one.environment, workload: "w1", outcome };
}
