import { describe, expect, test } from "vitest";
import { seeded, type Random } from "../../../bench/random.ts";
import type { Session } from "../../../runner/model.ts";
import { assumedCommonMode, commonModeIn, errorOfMean, mostShared, sharedError } from "../../../runner/timeline/common-mode.ts";
import { resultsOf } from "../../../runner/timeline/results-builder.ts";
import { measured, session } from "../report/fixture.ts";
import { normal } from "../../../bench/simulation/coverage.ts";

const sigma = 0.01;
const noise = () => ({ sigma });
const commonOf = (sessions: readonly Session[], counts?: (session: number) => boolean) => commonModeIn(resultsOf(sessions), noise, counts);

let serial = 0;
interface Taking {
  /** Program of each benchmark. */
  program?: string;
  environment?: string;
  /** ln seconds of each benchmark. */
  values: readonly number[];
}

function taken({ program = "f", environment = "a", values }: Taking): Session {
  const outcomes = values.map((value, index) => [
    `b${index}`,
    { compiled: { ...measured(Math.exp(value), { error: 0 }), fingerprint: program } },
  ]);
  return session(1, Object.fromEntries(outcomes), { environment, serial: serial++ });
}

/** Values of a session of so many benchmarks that share a part of their noise. */
function values(random: Random, count: number, correlation: number, level = 0): number[] {
  const shared = Math.sqrt(correlation) * normal(random);
  return Array.from({ length: count }, (_, index) => {
    return index + level + sigma * (shared + Math.sqrt(1 - correlation) * normal(random));
  });
}

function correlationOf(sessions: readonly (readonly number[])[]): number {
  return commonOf(sessions.map((one) => taken({ values: one }))).correlation;
}

describe("the correlation", () => {
  test.each([0, 0.1, 0.4])("of %d is found by controls", (correlation) => {
    const random = seeded(7);
    const found = commonOf(Array.from({ length: 400 }, () => taken({ values: values(random, 20, correlation) })));
    expect(found.correlation).toBeGreaterThan(0.75 * correlation - 0.02);
    expect(found.correlation).toBeLessThan(1.25 * correlation + 0.02);
    expect(found.pairs).toBe(399);
    expect(found.degreesOfFreedom).toBeGreaterThan(100);
  });

  test.each([0, 0.1, 0.4])("of %d is found by bridges, whatever the factors", (correlation) => {
    const random = seeded(8);
    const faster = Array.from({ length: 40 }, () => -random());
    const sessions = Array.from({ length: 200 }, (_, number) => {
      const old = taken({ program: `f${number}`, values: values(random, 40, correlation) });
      const now = values(random, 40, correlation).map((value, index) => value + (faster[index] ?? 0));
      return [old, taken({ program: `f${number}`, environment: "b", values: now })];
    });
    const found = commonOf(sessions.flat());
    expect(found.correlation).toBeGreaterThan(0.75 * correlation - 0.02);
    expect(found.correlation).toBeLessThan(1.25 * correlation + 0.02);
    expect(found.pairs).toBe(200);
  });

  test("is assumed where no two sessions measured the same programs, and where each has one benchmark only", () => {
    const random = seeded(9);
    const others = [1, 2, 3].map((number) => taken({ program: `f${number}`, values: values(random, 40, 0.5) }));
    expect(commonOf(others)).toEqual(assumedCommonMode);
    expect(commonOf([1, 2, 3].map(() => taken({ values: values(random, 1, 0.5) })))).toEqual(assumedCommonMode);
    const bridged = [taken({ values: values(random, 40, 0.5) }), taken({ environment: "b", values: values(random, 40, 0.5) })];
    expect(commonOf(bridged)).toEqual(assumedCommonMode);
  });

  test("of few pairs is near what is assumed: each pair tells at most one degree of freedom, few benchmarks less", () => {
    const [few, many] = [3, 100].map((count) => commonOf([1, 2].map(() => taken({ values: Array.from({ length: count }, () => 0) }))));
    if (!few || !many) throw new Error("there are two");
    expect(few.correlation).toBeGreaterThan(many.correlation);
    expect(few.correlation).toBeLessThan(assumedCommonMode.correlation);
    expect(few.degreesOfFreedom).toBeLessThan(4.2);
    expect(many.correlation).toBeGreaterThan(0.1);
    expect(many.degreesOfFreedom).toBeLessThanOrEqual(5);
  });

  test("is hardly moved by one benchmark, or by one pair of sessions, that differs by ten times the noise", () => {
    const random = seeded(10);
    const quiet = Array.from({ length: 30 }, () => values(random, 40, 0.1));
    const wild = quiet.map((one, number) => one.map((value, index) => (index === 0 && number % 2 === 1 ? value + 10 * sigma : value)));
    expect(Math.abs(correlationOf(wild) - correlationOf(quiet))).toBeLessThan(0.03);
    const moved = quiet.map((one, number) => (number < 15 ? one : one.map((value) => value + 10 * sigma)));
    expect(Math.abs(correlationOf(moved) - correlationOf(quiet))).toBeLessThan(0.05);
  });

  test("is larger for quiet benchmarks where all of them slow down by the same percentage, and as large where by a share of their noise", () => {
    const sizes = Array.from({ length: 40 }, (_, index) => (index < 20 ? 0.002 : 0.02));
    const commonWith = (sharedBy: (size: number) => number) => {
      const random = seeded(12);
      const sessions = Array.from({ length: 100 }, () => {
        const shared = normal(random);
        return taken({
          values: sizes.map((size) => sharedBy(size) * shared + Math.sqrt(size ** 2 - sharedBy(size) ** 2) * normal(random)),
        });
      });
      return commonModeIn(resultsOf(sessions), ({ benchmark }) => ({ sigma: sizes[Number(benchmark.slice(1))] ?? 0 }));
    };
    const same = commonWith(() => 0.001);
    expect(same.ofQuiet).toBeGreaterThan(2 * same.correlation);
    const share = commonWith((size) => 0.3 * size);
    expect(share.ofQuiet / share.correlation).toBeGreaterThan(0.7);
    expect(share.ofQuiet / share.correlation).toBeLessThan(1.4);
  });

  test("is of the sessions that count", () => {
    const random = seeded(11);
    const sessions = Array.from({ length: 10 }, () => taken({ values: values(random, 40, 0.5) }));
    expect(commonOf(sessions, (index) => index < 4).pairs).toBe(3);
    expect(commonOf(sessions, () => false)).toEqual(assumedCommonMode);
  });
});

describe("the error of a mean", () => {
  const parts = [0.01, 0.02, 0.03].map((standardError) => ({ standardError, degreesOfFreedom: 1000 }));
  const common = { correlation: 0.25, ofQuiet: 0.25, degreesOfFreedom: 1000, pairs: 1 };

  test("is what each has of its own, and once what they share", () => {
    const { standardError } = errorOfMean(parts, common);
    const [squares, sum] = [(1 + 4 + 9) * 1e-4, 0.06];
    expect(standardError ** 2).toBeCloseTo((0.75 * squares + 0.25 * sum ** 2) / 9, 12);
    expect(sharedError(parts, [0.5, 0.5, 0], 0.25)).toBeCloseTo(0.5 * 0.015, 12);
  });

  test("has the degrees of freedom of what is shared, where that is most of it", () => {
    const many = Array.from({ length: 1000 }, () => ({ standardError: 0.01, degreesOfFreedom: 9 }));
    expect(errorOfMean(many, { ...common, degreesOfFreedom: 6 }).degreesOfFreedom).toBeCloseTo(6, 0);
  });

  test("of one benchmark is its own, and that of a benchmark whose error is not known is not known", () => {
    expect(errorOfMean(parts.slice(0, 1), common).standardError).toBeCloseTo(0.01, 12);
    const unknown = { standardError: Infinity, degreesOfFreedom: 1 };
    for (const correlation of [0, 0.5, 1]) {
      expect(errorOfMean([...parts, unknown], { ...common, correlation }).standardError).toBe(Infinity);
    }
  });
});

test("of several hosts the common mode that shares most counts; it is assumed where there is none", () => {
  const other = { correlation: 0.3, ofQuiet: 0.3, degreesOfFreedom: 8, pairs: 4 };
  expect(mostShared([assumedCommonMode, other])).toBe(other);
  expect(mostShared([])).toEqual(assumedCommonMode);
});
