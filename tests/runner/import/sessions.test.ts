import { describe, expect, test } from "vitest";
import { commit } from "../../../bench/import/sample.ts";
import { seeded, shuffled } from "../../../bench/random.ts";
import { exported } from "../../../runner/import/export.ts";
import { parseLayout, printLayout, type Layout } from "../../../runner/import/layout.ts";
import type { ImportPlan } from "../../../runner/import/plan.ts";
import type { Row } from "../../../runner/import/row.ts";
import { canonicalJson } from "../../../runner/store/canonical.ts";
import { environmentSchema } from "../../../runner/formats/environment.ts";
import { sessionSchema } from "../../../runner/formats/session.ts";
import { latestScalingFactors } from "../../../runner/timeline/chain.ts";
import { measured, session, environment } from "../report/fixture.ts";
import { day, imported, newer, row, sample } from "./fixture.ts";

const [r1, r2] = [commit("r1"), commit("r2")];

describe("an import", () => {
  test("makes a session of the rows of one run: their mean, their deviation, and no number of samples", () => {
    const { sessions, environments } = imported([
      row({ benchmark: "b", taken: "2021-05-09T11:00:00.000001Z", seconds: 2 }),
      row({ benchmark: "a", taken: "2021-05-09T10:00:00.000000Z", seconds: 1 }),
    ]);
    expect(sessions).toHaveLength(1);
    const [only] = sessions;
    expect(only).toMatchObject({
      host: "bench",
      reason: "import",
      started: "2021-05-09T10:00:00.000000Z",
      ended: "2021-05-09T11:00:00.000001Z",
      subject: { kind: "revision", revision: r1 },
      suite: commit("s1"),
      environment: environments[0]?.id,
    });
    expect(only?.id).toMatch(new RegExp(`^20210509T100000Z-bench-${r1.slice(0, 12)}-${environments[0]?.id.slice(0, 8)}-import-\\d{4}$`));
    expect(only?.benchmarks["b"]?.compiled).toEqual({
      status: "imported",
      workload: `suite-${commit("s1").slice(0, 12)}`,
      seconds: 2,
      deviation: 0.00512345,
      taken: "2021-05-09T11:00:00.000001Z",
    });
    expect(sessionSchema.parse(JSON.parse(canonicalJson(only ?? {})))).toEqual(only);
  });

  test("has only the recorded facts of an environment", () => {
    const [made] = imported([row()]).environments;
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      cpu: "Intel Core i5-1145G7 (64-bit)",
      os: { id: "Ubuntu", versionId: "20.04.1 LTS" },
      python: { version: "3.8.5" },
      compiler: "clang 10.0.0-4ubuntu1",
    });
    expect(environmentSchema.parse(JSON.parse(canonicalJson(made ?? {})))).toEqual(made);
    const others = [row({ os: "Ubuntu 22.04" }), row({ python: "3.8.6" }), row({ hardware: "x" }), row({ compiler: "gcc" }), row()];
    expect(new Set(imported(others).environments.map(({ id }) => id)).size).toBe(5);
  });

  test("treats a zero as a failure", () => {
    const [only] = imported([row({ seconds: 0, deviation: 0 })]).sessions;
    expect(only?.benchmarks["richards"]?.compiled).toMatchObject({ status: "failed", stage: "run", taken: row().taken });
  });

  test("makes a session of each repeated measurement", () => {
    const again = [0, 1, 2].map((number) => row({ taken: day(number), seconds: 1 + number }));
    const { sessions } = imported(again);
    expect(sessions.map(({ benchmarks }) => benchmarks["richards"]?.compiled)).toMatchObject([
      { seconds: 1 },
      { seconds: 2 },
      { seconds: 3 },
    ]);
    // Also within one run.
    const close = [10, 11].map((minute) => row({ taken: `2021-05-09T10:${minute}:00.000000Z` }));
    expect(imported(close).sessions).toHaveLength(2);
  });

  test("makes separate sessions for other days, suites and environments", () => {
    const rows = [
      row(),
      row({ benchmark: "b", taken: day(9) }),
      row({ benchmark: "c", suite: commit("s2") }),
      row({ benchmark: "d", ...newer }),
    ];
    expect(imported(rows).sessions).toHaveLength(4);
  });

  test("treats the interpreter's rows as baselines", () => {
    const { sessions } = imported([row({ variant: "interpreted" }), row()]);
    const baseline = sessions.find(({ subject }) => subject.kind === "baseline");
    expect(baseline?.id).toContain("-baseline-");
    expect(baseline?.benchmarks["richards"]?.interpreted).toMatchObject({ status: "imported", seconds: 0.123456 });
    expect(sessions[0]?.listed).toMatchObject([{ name: "richards", variants: ["compiled", "interpreted"] }]);
  });
});

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

function textOf({ sessions, environments, scalingFiles }: ImportPlan): string[] {
  const scalingFactors = scalingFiles.map((file) => JSON.stringify(file, (_, value: unknown) => (value === Infinity ? "unknown" : value)));
  return [...sessions, ...environments].map(canonicalJson).sort().concat(scalingFactors.sort());
}

function rowsIn({ sessions }: ImportPlan): number {
  return sessions.reduce((sum, { benchmarks }) => sum + Object.keys(benchmarks).length, 0);
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
