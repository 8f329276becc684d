import { describe, expect, test } from "vitest";
import type { Measured, ReusedResult, Session } from "../../../runner/model.ts";
import { newestRevision } from "../../../runner/timeline/points.ts";
import { valueThen } from "../../../runner/timeline/recent.ts";
import { timeline, type Series } from "../../../runner/timeline/timeline.ts";
import { history, idOf, revision, session } from "../report/fixture.ts";
import { ok, same } from "./program-outcomes.ts";
import { sorted, compiledOf } from "./sort-series.ts";

const sessionOf = (number: number, outcome: Measured | ReusedResult, serial = number) =>
  session(number, { sort: { compiled: outcome } }, { serial });

describe("the value of some days ago", () => {
  const listed = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w1" }];
  const seriesOf = (sessions: Session[]): Series => {
    const [series] =
      timeline({ history: history(9), sessions, listed, currentEnvironment: "e1", scalingFactors: [] }).benchmarks[0]?.series ?? [];
    if (!series) throw new Error("the benchmark has no series");
    return series;
  };
  const now = revision(8).committed;

  test("is not told where the same program ran then", () => {
    const sessions = [sessionOf(0, ok("f", 1)), sessionOf(1, ok("g", 2)), sessionOf(2, same("g", 1)), sessionOf(7, same("g", 1))];
    expect(valueThen(5, seriesOf(sessions), now).kind).toBe("same program");
  });

  test("is that of the program that ran then, though copies of it came later", () => {
    const sessions = [sessionOf(0, ok("f", 1)), sessionOf(1, ok("g", 2)), sessionOf(6, same("g", 1)), sessionOf(7, ok("h", 3))];
    const then = valueThen(5, seriesOf(sessions), now);
    expect(then.kind === "value" && [newestRevision(then.entry.point).id, then.entry.point.seconds.value]).toEqual([idOf(6), 2]);
  });
});

test("the value of some days ago is of the last revision in history that is old enough, or it is said why there is none", () => {
  // Day n is the day of revision n; now is day 8.
  const now = revision(8).committed;
  const sessions = [1, 2, 4, 6].map((number, serial) => session(number, sorted(10 + number), { serial }));
  const series = compiledOf(sessions);
  const then = valueThen(5, series, now);
  expect(then.kind === "value" && then.entry.point.revisions[0].id).toBe(idOf(2));
  expect(then.kind === "value" && then.entry.point.seconds.value).toBe(12);
  expect(valueThen(2, series, now).kind).toBe("no new value");
  expect(valueThen(8, series, now).kind).toBe("no older value");
  const old = session(0, sorted(3), { environment: "e0", serial: 9 });
  expect(valueThen(8, compiledOf([...sessions, old]), now).kind).toBe("not yet linked");
  expect(valueThen(5, compiledOf([old]), now).kind).toBe("nothing");
});
