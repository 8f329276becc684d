import { describe, expect, test } from "vitest";
import { commit } from "../../../bench/import/sample.ts";
import { seeded } from "../../../bench/random.ts";
import { exported } from "../../../runner/import/export.ts";
import { parseLayout, printLayout, type Layout } from "../../../runner/import/layout.ts";
import type { ImportPlan } from "../../../runner/import/plan.ts";
import type { Row } from "../../../runner/import/row.ts";
import { latestScalingFactors } from "../../../runner/timeline/chain.ts";
import { measured, session, environment } from "../report/fixture.ts";
import { imported, row, sample } from "./fixture.ts";
import { textOf } from "./plan-text.ts";

const r2 = commit("r2");

describe("import, export, import gives the same sessions and scaling factors", () => {
  test("of the sample", () => {
    const layout = sample();
    const first = imported(layout.rows, layout.scaling);
    expect(textOf(throughFiles(first))).toEqual(textOf(first));
  });

  test.each(Array.from({ length: 40 }, (_, seed) => [seed]))("of rows made at random, %i", (seed) => {
    const first = imported(randomRows(seed));
    expect(first.sessions.length).toBeGreaterThan(0);
    expect(textOf(throughFiles(first))).toEqual(textOf(first));
  });

  test("of this server's results, as far as the format can represent them", () => {
    const here = { e1: environment("e1"), e2: environment("e2", { os: { id: "debian", versionId: "" }, cpu: "Made, in Example" }) };
    const suite = commit("suite");
    const sessions = [
      { ...session(1, { sort: { compiled: measured(1.5), interpreted: measured(3) }, "no file": { compiled: measured(1) } }), suite },
      { ...session("baseline", { sort: { interpreted: measured(3) } }, { environment: "e2", serial: 3 }), suite },
      { ...session(2, { sort: { compiled: { status: "reused", workload: "w1", fingerprint: "f", as: r2 } } }, { serial: 4 }), suite },
      { ...session(3, { sort: { compiled: measured(2) } }, { serial: 5 }), suite: "made of commands" },
    ];
    const out = exported({ sessions, environments: new Map(Object.entries(here)), scalingFactors: [] });
    expect(out.leftOut).toEqual({
      "values of benchmarks whose name is not a valid file name": 1,
      "values of interpreted revisions": 1,
      "results reused from a neighbouring revision": 1,
    });
    expect(out.rows).toMatchObject([
      { variant: "compiled", seconds: 1.5, hardware: "Example 3000", os: "debian 12", taken: "2026-06-01T00:00:00.000000Z" },
      { variant: "interpreted", seconds: 3, hardware: "Made in Example", os: "debian" },
      { variant: "compiled", seconds: 2, suite: commit("made of commands") },
    ]);
    const again = parseLayout(printLayout(out));
    expect(again.bad).toEqual([]);
    expect(textOf(throughFiles(imported(again.rows)))).toEqual(textOf(imported(again.rows)));
    // Where it came from it is known.
    expect(imported(again.rows, [], { sessions, environments: Object.values(here), scalingFiles: [] }).sessions).toEqual([]);
  });
});

/** Exported to files, read from these, imported where there is nothing. */
function throughFiles(plan: ImportPlan): ImportPlan {
  const environments = new Map(plan.environments.map((one) => [one.id, one]));
  const { leftOut, ...layout } = exported({
    sessions: plan.sessions,
    environments,
    scalingFactors: latestScalingFactors(plan.scalingFiles),
  });
  expect(leftOut).toEqual({});
  const { bad, ...read }: Layout & { bad: unknown[] } = parseLayout(printLayout(layout));
  expect(bad).toEqual([]);
  return imported(read.rows, read.scaling);
}

/** Few of everything, so that all kinds of rows meet. */
function randomRows(seed: number): Row[] {
  const random = seeded(seed);
  const one = <T>(...of: readonly T[]): T => of[Math.floor(random() * of.length)] ?? of[0] ?? fail();
  return Array.from({ length: 1 + Math.floor(random() * 60) }, (_, number) =>
    row({
      benchmark: one("a", "b", "c.d", "e-f"),
      variant: one("compiled", "compiled", "interpreted"),
      taken: `${new Date(Date.UTC(2021, 0, 1) + number * random() * 10 ** (3 + 5 * random())).toISOString().slice(0, -1)}${String(number).padStart(3, "0")}Z`,
      seconds: one(0, Number((random() * 10 ** (6 * random() - 4)).toPrecision(6)) || 1),
      deviation: one(0, Number(random().toPrecision(4))),
      revision: commit(one("x", "y", "z")),
      suite: commit(one("s", "t")),
      os: one("Ubuntu 20.04.1 LTS", "Linux", "A  strange (one)"),
      hardware: one("H (64-bit)", "G"),
      python: one("3.8.5", "3.8.10", "3.10.0rc1"),
    }),
  );
}

function fail(): never {
  throw new Error("nothing to choose from");
}
