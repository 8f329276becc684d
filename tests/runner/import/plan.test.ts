import { describe, expect, test } from "vitest";
import { seeded, shuffled } from "../../../bench/random.ts";
import { imported, sample } from "./fixture.ts";
import { textOf, rowsIn } from "./plan-text.ts";

describe("importing again", () => {
  const layout = sample();
  const first = imported(layout.rows, layout.scaling);
  const stored = first;

  test("adds nothing", () => {
    expect(imported(layout.rows, layout.scaling, stored)).toMatchObject({ sessions: [], environments: [], scalingFiles: [] });
  });

  test("gives the same bytes elsewhere, in any order of files", () => {
    const benchmarks = shuffled([...new Set(layout.rows.map(({ benchmark }) => benchmark))], seeded(3));
    const other = benchmarks.flatMap((name) => layout.rows.filter(({ benchmark }) => benchmark === name));
    expect(textOf(imported(other, layout.scaling))).toEqual(textOf(first));
  });

  test("adds later measurements, and changes nothing", () => {
    const half = layout.rows.filter((_, index) => index % 3 !== 0);
    const before = imported(half, layout.scaling);
    const rest = imported(layout.rows, layout.scaling, before);
    expect(rowsIn(before) + rowsIn(rest)).toBe(layout.rows.length);
    const ids = [...before.sessions, ...rest.sessions].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const after = {
      sessions: [...before.sessions, ...rest.sessions],
      scalingFiles: [...before.scalingFiles, ...rest.scalingFiles],
      environments: before.environments,
    };
    expect(imported(layout.rows, layout.scaling, after)).toMatchObject({ sessions: [], scalingFiles: [] });
  });
});
