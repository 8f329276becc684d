import { describe, expect, test } from "vitest";
import { commit } from "../../../bench/import/sample.ts";
import { canonicalJson } from "../../../runner/store/canonical.ts";
import { environmentSchema } from "../../../runner/formats/environment.ts";
import { sessionSchema } from "../../../runner/formats/session.ts";
import { day, imported, newer, row } from "./fixture.ts";

const r1 = commit("r1");

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
