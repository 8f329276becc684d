import { describe, expect, test } from "vitest";
import { verdict } from "../../../runner/timeline/verdict.ts";
import type { Continuity } from "../../../runner/timeline/verdict.ts";
import { observations, verdicts } from "../../../bench/simulation/bridge.ts";
import type { SimulatedTransition } from "../../../bench/simulation/bridge.ts";
import { generator } from "../../../bench/simulation/coverage.ts";

const share = (verdicts: readonly { verdict: Continuity }[], wanted: Continuity) =>
  verdicts.filter((one) => one.verdict === wanted).length / verdicts.length;

describe("the controls are caught", () => {
  const suite = { benchmarks: 30, noise: 0.005, sessions: 5 };
  const suites = (made: Partial<SimulatedTransition>, wanted: Continuity) => share(verdicts({ ...suite, ...made }, 40, 7), wanted);

  test("but first: an honest transition is continuous", () => {
    expect(suites({}, "continuous")).toBeGreaterThan(0.95);
  });

  test("a slow-down of 2 %", () => {
    expect(suites({ slower: 1.02 }, "broken")).toBe(1);
  });

  test("scaling factors that are 3 % off, all or only one of them", () => {
    expect(suites({ scalingFactorsOff: 1.03 }, "broken")).toBe(1);
    expect(suites({ scalingFactorsOff: 0.97 }, "broken")).toBe(1);
    const random = generator(11);
    for (let repetition = 0; repetition < 40; repetition++) {
      const [one, ...others] = observations(random, { ...suite, noise: 0.0015 });
      if (!one?.scalingFactor) throw new Error("there is no scaling factor to corrupt");
      const corrupted = verdict([{ ...one, scalingFactor: { ...one.scalingFactor, phi: one.scalingFactor.phi + 0.03 } }, ...others]);
      expect(corrupted.benchmarks[0]?.verdict).toBe("broken");
      expect(corrupted.verdict).toBe("broken");
    }
  });

  test("a deleted scaling factor", () => {
    const [one, ...others] = observations(generator(13), suite);
    if (!one) throw new Error("there is no observation");
    const found = verdict([{ ...one, scalingFactor: undefined }, ...others]);
    expect(found.benchmarks[0]).toMatchObject({ verdict: "broken", reason: "its values are not linked" });
    expect(found.verdict).toBe("broken");
  });
});

describe("five sessions on each side are enough", () => {
  test.each([0.005, 0.01])("at %d noise: unchanged benchmarks are continuous three times in four, and almost never broken", (noise) => {
    const benchmarks = verdicts({ benchmarks: 50, noise, sessions: 5 }, 60, 3).flatMap((one) => one.benchmarks);
    expect(share(benchmarks, "continuous")).toBeGreaterThan(0.75);
    expect(share(benchmarks, "continuous")).toBeLessThan(0.93);
    expect(share(benchmarks, "broken")).toBeLessThan(0.001);
  });

  test.each([0.005, 0.01])("at %d noise one session would not be", (noise) => {
    const benchmarks = verdicts({ benchmarks: 50, noise, sessions: 1 }, 20, 5).flatMap((one) => one.benchmarks);
    expect(share(benchmarks, "continuous")).toBeLessThan(0.6);
  });

  test("of suites of unchanged benchmarks at most one in twenty is said to be broken", () => {
    const found = verdicts({ benchmarks: 20, noise: 0.005, sessions: 5 }, 200, 17);
    expect(found.filter((one) => one.benchmarks.some((benchmark) => benchmark.verdict === "broken")).length).toBeLessThanOrEqual(10);
  });
});
