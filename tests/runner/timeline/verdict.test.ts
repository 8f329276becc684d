import { describe, expect, test } from "vitest";
import { assumedCommonMode, type CommonMode } from "../../../runner/timeline/common-mode.ts";
import type { Quantity } from "../../../runner/timeline/quantity.ts";
import { marginOf, verdict } from "../../../runner/timeline/verdict.ts";
import type { EmptyCommitObservation } from "../../../runner/timeline/verdict.ts";

const quantity = (value: number, standardError: number): Quantity => ({ value, standardError, degreesOfFreedom: 20 });

/** A benchmark that shifted by `delta`, known with a standard error of .1 %. */
function shifted(delta: number, more: Partial<EmptyCommitObservation> = {}): EmptyCommitObservation {
  const scalingFactor = { phi: 0.2, standardError: 0, degreesOfFreedom: 8 };
  const sides = { old: quantity(3, 0), new: quantity(3 * Math.exp(0.2 + delta), 0.001) };
  return { benchmark: "sort", variant: "compiled", ...sides, scalingFactor, sigma: 0.002, ...more };
}

const many = (delta: number, count: number) => Array.from({ length: count }, () => shifted(delta));

/** Sessions that share nothing. */
const independent: CommonMode = { correlation: 0, ofQuiet: 0, degreesOfFreedom: 1000, pairs: 1000 };

const only = (observation: EmptyCommitObservation) => verdict([observation]).benchmarks[0];

describe("one benchmark", () => {
  test("shifted by what the empty commit takes more than its parent, with the errors of both and of the scaling factor", () => {
    const [old, now] = [quantity(3, 0.003), quantity(4, 0.004)];
    const scalingFactor = { phi: 0.25, standardError: 0.012, degreesOfFreedom: 20 };
    const found = only(shifted(0, { old, new: now, scalingFactor }));
    expect(found?.shift?.delta).toBeCloseTo(Math.log(4 / 3) - 0.25, 12);
    expect(found?.shift?.standardError).toBeCloseTo(0.013, 12);
    expect(found?.shift?.degreesOfFreedom).toBeCloseTo((0.013 ** 4 * 20) / (0.003 ** 4 + 0.004 ** 4 + 0.012 ** 4), 6);
  });

  // t(.95, 20) = 1.725, t(.975, 20) = 2.086: the margin of 1 % less or more so many standard errors of .1 %.
  test.each([
    [0, "continuous"],
    [0.0082, "continuous"],
    [-0.0082, "continuous"],
    [0.0084, "inconclusive"],
    [0.012, "inconclusive"],
    [-0.012, "inconclusive"],
    [0.0122, "broken"],
    [-0.0122, "broken"],
  ])("that shifted by %d is %s", (delta, expected) => {
    const found = only(shifted(delta));
    expect(found?.verdict).toBe(expected);
    expect(found?.reason === undefined).toBe(expected === "continuous");
  });

  test("whose values are not known well enough is inconclusive, which is no pass", () => {
    const vague = shifted(0, { new: quantity(3 * Math.exp(0.2), 0.02) });
    expect(only(vague)).toMatchObject({ verdict: "inconclusive", reason: "its 90 % interval is not within its margin" });
    expect(verdict([vague]).verdict).toBe("inconclusive");
  });

  test("whose places are not linked is broken, whatever else is known", () => {
    const { scalingFactor: _, ...rest } = shifted(0);
    expect(only({ ...rest, scalingFactor: undefined })).toMatchObject({
      verdict: "broken",
      reason: "its values are not linked",
      shift: undefined,
    });
    const described = { scalingFactor: undefined, old: undefined, problem: "it does not compile" };
    expect(only(shifted(0, described))).toMatchObject({ verdict: "broken", reason: "it does not compile" });
  });

  test("not measured on both sides, or of unknown noise, is inconclusive and says why", () => {
    expect(only(shifted(0, { new: undefined }))).toMatchObject({ verdict: "inconclusive", reason: "it was not measured on both sides" });
    expect(only(shifted(0, { old: undefined, problem: "no pre-upgrade run" }))).toMatchObject({
      verdict: "inconclusive",
      reason: "no pre-upgrade run",
    });
    expect(only(shifted(0, { sigma: undefined }))).toMatchObject({ verdict: "inconclusive", shift: undefined, margin: undefined });
  });

  test("of sessions without any spread is judged by its shift alone", () => {
    const judged = [0.009, 0.011].map((delta) => only(shifted(delta, { new: quantity(3 * Math.exp(0.2 + delta), 0) }))?.verdict);
    expect(judged).toEqual(["continuous", "broken"]);
  });
});

test.each([
  [0, 0.01, false],
  [0.003, 0.01, false],
  [0.004, 0.012, false],
  [0.016, 0.048, false],
  [0.018, 0.054, true],
  [0.02, 0.06, true],
  [0.04, 0.1, true],
  [0.5, 0.1, true],
])("noise of %d gives a margin of %d, coarse: %s", (sigma, margin, coarse) => {
  expect(marginOf(sigma)).toBeCloseTo(margin, 12);
  expect(only(shifted(0, { sigma }))).toMatchObject({ coarse });
});

describe("many benchmarks", () => {
  test("need more to be broken than one alone: each is one chance more to be unlucky", () => {
    // Alone broken from 1.21 % on; the first of 40 must be so at a level forty times as strict: t(1 - .025 / 40, 20) = 3.77.
    const judged = [0.0125, 0.0136, 0.014].map((delta) => verdict([shifted(delta), ...many(0, 39)]).benchmarks[0]?.verdict);
    expect(judged).toEqual(["inconclusive", "inconclusive", "broken"]);
  });

  test("are broken step by step: once one is, the next need not be as far outside", () => {
    const [strict, eased] = [0, 0.03].map((other) => verdict([shifted(other), shifted(0.0122)]).benchmarks.map((one) => one.verdict));
    expect(strict).toEqual(["continuous", "inconclusive"]);
    expect(eased).toEqual(["broken", "broken"]);
  });

  test("are continuous together where their mean shift is within .5 % for sure, and none is broken", () => {
    expect(verdict(many(0.004, 30))).toMatchObject({ verdict: "continuous", reason: undefined });
    expect(verdict(many(0.0049, 3)).verdict).toBe("inconclusive");
    expect(verdict(many(0.006, 30), [], independent)).toMatchObject({
      verdict: "broken",
      reason: "the suite as a whole shifted by more than 0.5 %",
    });
    expect(verdict([...many(0, 30), shifted(0.05)])).toMatchObject({ verdict: "broken", reason: "1 of 31 series is broken" });
  });

  test("may shift apart from each other: that makes their mean less sure, not wrong", () => {
    const apart = [...many(0.004, 6), ...many(-0.004, 6)];
    const { shift } = verdict(apart);
    expect(shift?.delta).toBeCloseTo(0, 12);
    expect(shift?.between).toBeCloseTo(0.004, 3);
    expect(shift?.standardError).toBeGreaterThan(0.001);
    expect(verdict(many(0.004, 12), [], independent).shift?.standardError).toBeLessThan(0.0004);
  });

  test("do not make the suite surer than what their sessions share, which is added once", () => {
    const common = { correlation: 0.25, ofQuiet: 0.25, degreesOfFreedom: 1000, pairs: 1000 };
    const found = verdict(many(0.0045, 400), [], common);
    expect(found.shift?.standardError).toBeCloseTo(0.0005, 4);
    expect(found).toMatchObject({ verdict: "inconclusive", common });
    expect(verdict(many(0.0045, 400), [], independent).verdict).toBe("continuous");
    expect(verdict([shifted(0.001)], [], common).shift?.standardError).toBeCloseTo(0.001, 12);
  });

  test("of which none can be compared prove nothing", () => {
    const nothing = { verdict: "inconclusive", reason: "there is nothing to compare", shift: undefined, benchmarks: [] };
    expect(verdict([])).toEqual({ ...nothing, common: assumedCommonMode });
    expect(verdict([shifted(0, { new: undefined })]).verdict).toBe("inconclusive");
  });

  test("that are inconclusive each do not hinder the suite as a whole", () => {
    const noisy = Array.from({ length: 100 }, () => shifted(0, { new: quantity(3 * Math.exp(0.2), 0.008) }));
    const found = verdict(noisy, [], independent);
    expect(found.benchmarks.every((one) => one.verdict === "inconclusive")).toBe(true);
    expect(found.verdict).toBe("continuous");
  });
});
