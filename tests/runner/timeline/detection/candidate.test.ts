import { describe, expect, test } from "vitest";
import { candidate } from "../../../../runner/timeline/detection/candidate.ts";
import type { Reading } from "../../../../runner/timeline/detection/level.ts";
import type { Settled } from "../../../../runner/timeline/detection/settled.ts";
import { generator, normal } from "../../../../bench/simulation/coverage.ts";

const nothing: Settled = { changes: [], drifts: [], rejected: [] };
/** Settled: changes at these places. */
const changed = (...splits: number[]): Settled => ({ ...nothing, changes: splits.map((split) => ({ split, good: split - 1 })) });

/** A made series of ln seconds. */
function series(noise: number, levels: readonly number[], seed = 1): number[] {
  const random = generator(seed);
  return levels.map((level) => level + noise * normal(random));
}

const flat = (count: number, level = 0): number[] => Array.from({ length: count }, () => level);
const found = (values: readonly number[], settled = nothing) => candidate(readings(values), settled);
const readings = (values: readonly number[]): Reading[] => values.map((value) => ({ value, linkError: 0, sessions: 1 }));

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
  for (let count = 32; count <= values.length; count++) expect(found(values.slice(0, count))).toMatchObject({ split: 30, noticed: 30 });
});

test("a change begins where values move, not at the first that stands out", () => {
  // The first two new points do not stand out by themselves.
  const values = [...flat(30).map((_, index) => (index % 2) * 0.003), 0.0105, 0.0105, 0.0145];
  expect(found(values)).toMatchObject({ split: 30, noticed: 32, found: "online" });
});

test("after a confirmed change all is compared with what comes after it", () => {
  const values = series(0.001, [...flat(30), ...flat(20, 0.05)], 2);
  expect(found(values)).toMatchObject({ split: 30 });
  expect(found(values, changed(30))).toBeUndefined();
  expect(found([...values, 0, 0], changed(30))).toMatchObject({ split: 50 });
});

test("what was rejected at a point is not raised there again; by the scan not within five points", () => {
  const outlier = series(0.002, [...flat(30), 0.05, ...flat(20)], 8);
  expect(found(outlier, { ...nothing, rejected: [{ split: 30, noticed: 30 }] })).toBeUndefined();
  const late = examples["a small step seen late"];
  const { split = 0, noticed = 0, found: how } = found(late) ?? {};
  expect(how).toBe("scan");
  const rejected = [{ split, noticed }];
  expect(found([...late, 0.01], { ...nothing, rejected })?.split).not.toBe(split);
  expect(found([...late, ...flat(5, 0.01)], { ...nothing, rejected })?.split).toBe(split);
  expect(found([...late, ...flat(5, 0.01)], { ...nothing, rejected: [{ split, noticed: Infinity }] })?.split).not.toBe(split);
});

test("a split for which sessions were taken is gone on with, though another now looks better", () => {
  const values = examples["a small step seen late"];
  const { split = 0 } = found(values) ?? {};
  expect(found(values, { ...nothing, begun: new Set([split + 1]) })?.split).toBe(split + 1);
});

test("changes are found however long ago they were, the newest segment first", () => {
  const values = series(0.002, [...flat(30), ...flat(80, 0.05), ...flat(100, 0.1)], 9);
  expect(found(values)).toMatchObject({ split: 30 });
  expect(found(values, changed(110))).toMatchObject({ split: 30 });
  expect(found([...values, 0.2], changed(110))).toMatchObject({ split: 210 });
  expect(found(values, changed(30, 110))).toBeUndefined();
});

test("a level starts right at a change, by the sessions that confirmed it", () => {
  const values = [...series(0.002, flat(30)), 0.05, 0.0001];
  expect(found(values)).toMatchObject({ split: 30 });
  const confirmed = readings(values).map((one, index) => (index === 29 || index === 30 ? { ...one, sessions: 4 } : one));
  expect(candidate(confirmed, changed(30))).toMatchObject({ split: 31, found: "online" });
  expect(candidate([...confirmed.slice(0, 31), { value: 0.1, linkError: 0, sessions: 1 }], changed(30))).toMatchObject({ split: 31 });
});

test("readings inside a range that is not narrowed yet are of no level", () => {
  const values = [...series(0.002, flat(30)), 0.02, 0.08, ...series(0.002, flat(20, 0.05), 2)];
  expect(found(values, { ...nothing, changes: [{ split: 32, good: 29 }] })).toBeUndefined();
  expect(found(values, changed(32))).toMatchObject({ split: 30 });
});

test("where the machine drifted a new level starts, and nothing just before it is raised", () => {
  const values = [...series(0.002, flat(30)), 0.03, 0.03, ...series(0.002, flat(20, 0.03), 2)];
  expect(found(values, { ...nothing, drifts: [32] })).toBeUndefined();
});

test("A/A pairs tell the noise from the third program on; without them nine points do", () => {
  const known = { sigma: 0.005, pairs: 5 };
  expect(candidate(readings([0, 0.002, 0.3]), nothing)).toBeUndefined();
  expect(candidate(readings([0, 0.002, 0.3]), nothing, known)).toMatchObject({ split: 2 });
  expect(candidate(readings([0, 0.3]), nothing, known)).toBeUndefined();
  expect(candidate(readings([0, 0.002, 0.3]), nothing, { ...known, pairs: 4 })).toBeUndefined();
});

test("across a transition that is known to 1 % no step of 2 % is suspected at once", () => {
  const before = readings(series(0.001, flat(30), 10)).map(({ value }) => ({ value, linkError: 0.01, sessions: 1 }));
  const after = readings([0.02]);
  expect(candidate([...before, ...after], nothing)).toBeUndefined();
  expect(candidate([...before.map(({ value }) => ({ value, linkError: 0.001, sessions: 1 })), ...after], nothing)).toMatchObject({
    split: 30,
  });
});
