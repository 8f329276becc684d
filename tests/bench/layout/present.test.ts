import { expect, test } from "vitest";
import { layouts } from "../../../bench/layout/layouts.ts";
import { presentLayouts } from "../../../bench/layout/present.ts";
import { seeded } from "../../../bench/random.ts";
import { normal } from "../../../bench/simulation/coverage.ts";

const noise = 0.0005;

/** Shifts of so many builds whose standard deviation is one. */
function shifts(count: number): number[] {
  const steps = Array.from({ length: count }, (_, index) => index - (count - 1) / 2);
  const deviation = Math.sqrt(steps.reduce((sum, step) => sum + step ** 2, 0) / (count - 1));
  return steps.map((step) => step / deviation);
}

/** Figures of benchmarks whose layouts differ by so much, and whose controls do. */
function presented(sigmas: readonly number[], ofSame = 0) {
  const random = seeded(5);
  const same = layouts.filter(({ kind }) => kind === "same").length;
  const benchmarks = sigmas.map((sigma, index) => ({
    name: `b${index}`,
    values: [...shifts(same).map((shift) => ofSame * shift), ...shifts(layouts.length - same).map((shift) => sigma * shift)].map((shift) =>
      Array.from({ length: 8 }, () => -2 + shift + noise * normal(random)),
    ),
  }));
  return presentLayouts({ layouts, benchmarks, rounds: 10, facts: { core: 1 } });
}

test("layouts that differ by little are no reason for a check", () => {
  const { table, figures, ok } = presented([0, 0.0002, 0, 0.0002]);
  expect(table).toContain(
    "0 of 4 benchmarks exceed it, 0 may: layouts matter too little for confirmed changes to be checked with builds in other ones",
  );
  expect(figures).toMatchObject({ core: 1, sessions: 8, exceeding: [], open: [] });
  expect(ok).toBe(true);
});

test("layouts that differ by more than the threshold are, where more than a quarter of the benchmarks do", () => {
  expect(presented([0.02, 0.02, 0, 0]).table).toContain("a confirmed change is to be checked");
  expect(presented([0.02, 0, 0, 0]).table).toContain(
    "1 of 4 benchmarks exceed it, 0 may: layouts matter too little for confirmed changes to be checked with builds in other ones",
  );
});

test("the layout of the suite's own compilation is one of those compared", () => {
  const alone = layouts.map(({ kind }, build) => [(kind === "same" ? 0.02 : 0) + 1e-6 * build, 1e-6 * (build % 3)]);
  expect(presentLayouts({ layouts, benchmarks: [{ name: "one", values: alone }], rounds: 10, facts: {} }).figures).toMatchObject({
    benchmarks: [{ largest: { difference: expect.closeTo(0.01, 4) } }],
  });
});

test("a third of the threshold that lies within the errors is not decided", () => {
  expect(presented([0.0016, 0.0016, 0.0016, 0]).table).toContain("too noisy or too short to decide");
});

test("controls that differ fail the bench: nothing that it finds is of the layout then", () => {
  const { table, ok } = presented([0, 0, 0, 0], 0.02);
  expect(ok).toBe(false);
  expect(table).toContain("the figures of the layouts cannot be trusted");
});
