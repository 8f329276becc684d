import { describe, expect, test } from "vitest";
import { candidate, enoughReadings, type Settled } from "../../../../runner/timeline/detection/candidate.ts";
import type { Reading } from "../../../../runner/timeline/detection/level.ts";
import { generator, normal } from "../coverage-simulation.ts";

const nothing: Settled = { changes: [], rejected: [] };

/** A made series of ln seconds. */
function series(noise: number, levels: readonly number[], seed = 1): number[] {
  const random = generator(seed);
  return levels.map((level) => level + noise * normal(random));
}

const flat = (count: number, level = 0): number[] => Array.from({ length: count }, () => level);
const found = (values: readonly number[], settled = nothing) => candidate(readings(values), settled);
const readings = (values: readonly number[]): Reading[] => values.map((value) => ({ value, linkError: 0 }));

const examples = {
  "a large step": series(0.002, [...flat(30), ...flat(3, 0.03)]),
  "a small step seen late": series(0.004, [...flat(40), ...flat(15, 0.01)]),
  "a drop": series(0.005, [...flat(25), ...flat(5, -0.04)], 3),
  noise: series(0.005, flat(60), 4),
};

describe.each(Object.entries(examples))("%s", (name, values) => {
  test("is seen, or is not", () => {
    expect(found(values) === undefined).toBe(name === "noise");
  });

  test("does not depend on the unit of seconds", () => {
    for (const factor of [1e-6, 1000, 60]) {
      const scaled = found(values.map((value) => value + Math.log(factor)));
      expect(scaled && { ...scaled, change: 0, sigma: 0, level: 0 }).toEqual(
        found(values) && { ...found(values), change: 0, sigma: 0, level: 0 },
      );
      expect(scaled?.change ?? 0).toBeCloseTo(found(values)?.change ?? 0, 9);
    }
  });

  test("is seen at the same place when what was slower is faster", () => {
    const mirrored = found(values.map((value) => -value));
    expect(mirrored?.split).toBe(found(values)?.split);
    expect(mirrored?.found).toBe(found(values)?.found);
    expect(mirrored?.change ?? 0).toBeCloseTo(-(found(values)?.change ?? 0), 12);
  });
});

test("nothing is suspected where nothing changes at all, however long it goes on", () => {
  for (const count of [1, 2, 9, 30, 200]) expect(found(flat(count, -4))).toBeUndefined();
});

test("nothing is suspected of a change under half a percent by one point, or of a few points at all", () => {
  expect(found([...flat(30), 0.0049])).toBeUndefined();
  expect(found([...flat(30), 0.0051])).toMatchObject({ split: 30, found: "online" });
  expect(found([...flat(6), 0.2])).toBeUndefined();
});

test("what is noticed at a point stays noticed whatever comes after it", () => {
  const values = series(0.003, [...flat(30), 0.03, ...flat(20)], 5);
  const first = found(values.slice(0, 31));
  expect(first).toMatchObject({ split: 30, noticed: 30 });
  for (let count = 32; count <= values.length; count++) expect(found(values.slice(0, count))).toEqual(first);
});

test("a change begins where values move, not at the first that stands out", () => {
  // The first two new points do not stand out by themselves.
  const values = [...flat(30).map((_, index) => (index % 2) * 0.003), 0.0105, 0.0105, 0.0145];
  expect(found(values)).toMatchObject({ split: 30, noticed: 32, found: "online" });
});

test("after a confirmed change all is compared with what comes after it", () => {
  const values = series(0.001, [...flat(30), ...flat(20, 0.05)], 2);
  expect(found(values)).toMatchObject({ split: 30 });
  expect(found(values, { changes: [30], rejected: [] })).toBeUndefined();
  expect(found([...values, 0, 0], { changes: [30], rejected: [] })).toMatchObject({ split: 50 });
});

test("what was rejected at a point is not raised there again; by the scan not within five points", () => {
  const outlier = series(0.002, [...flat(30), 0.05, ...flat(20)], 8);
  expect(found(outlier, { changes: [], rejected: [{ split: 30, noticed: 30 }] })).toBeUndefined();
  const late = examples["a small step seen late"];
  const { split = 0, noticed = 0, found: how } = found(late) ?? {};
  expect(how).toBe("scan");
  const rejected = [{ split, noticed }];
  expect(found([...late, 0.01], { changes: [], rejected })?.split).not.toBe(split);
  expect(found([...late, ...flat(5, 0.01)], { changes: [], rejected })?.split).toBe(split);
  expect(found([...late, ...flat(5, 0.01)], { changes: [], rejected: [{ split, noticed: Infinity }] })?.split).not.toBe(split);
});

test("a split for which sessions were taken is gone on with, though another now looks better", () => {
  const values = examples["a small step seen late"];
  const { split = 0 } = found(values) ?? {};
  expect(found(values, { ...nothing, begun: new Set([split + 1]) })?.split).toBe(split + 1);
});

test("changes more than 60 points ago are left alone", () => {
  expect(found(series(0.002, [...flat(30), ...flat(80, 0.05)], 9))).toBeUndefined();
});

test("across a switch that is known to 1 % no step of 2 % is suspected at once", () => {
  const before = readings(series(0.001, flat(30), 10)).map(({ value }) => ({ value, linkError: 0.01 }));
  const after = readings([0.02]);
  expect(candidate([...before, ...after], nothing)).toBeUndefined();
  expect(candidate([...before.map(({ value }) => ({ value, linkError: 0.001 })), ...after], nothing)).toMatchObject({ split: 30 });
});

test("older readings than are enough change nothing", () => {
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 60; seed++) {
    const noise = [0.002, 0.006, 0.015][seed % 3] ?? 0;
    const values = series(noise, [...flat(300), ...flat(150 + seed, 0.02), ...flat(seed % 40, 0.02 + 0.01 * (seed % 3))], seed);
    const older = values.length - enoughReadings;
    const changes = seed % 2 === 0 ? [300] : [];
    const all = found(values, { changes, rejected: [] });
    const newest = found(values.slice(older), {
      changes: changes.map((split) => split - older).filter((split) => split >= 0),
      rejected: [],
    });
    expect(newest).toEqual(all && { ...all, split: all.split - older, noticed: all.noticed - older });
    kinds.add(all?.found ?? "none");
  }
  expect([...kinds].sort()).toEqual(["none", "online", "scan"]);
});
