import { describe, expect, test } from "vitest";
import { advance, type Outbox } from "../../../runner/alerts/outbox.ts";
import type { Situation } from "../../../runner/alerts/situation.ts";
import type { Failure } from "../../../runner/model.ts";
import type { Failing } from "../../../runner/timeline/failing.ts";
import { idOf } from "../report/fixture.ts";

const failure: Failure = { stage: "run", message: "it ended with exit code 127: not found", output: "" };
const short = (number: number): string => idOf(number).slice(0, 12);

/** What is found of benchmarks by name: the number of the revision they fail since, a value, or nothing yet. */
function found(those: Record<string, number | "value" | "nothing">, all?: number): Failing {
  const names = Object.keys(those);
  return {
    benchmarks: names.flatMap((benchmark) => {
      const since = those[benchmark];
      return typeof since === "number" ? [{ benchmark, since: idOf(since), revisions: 1, failure }] : [];
    }),
    measured: names.filter((name) => those[name] === "value").map((benchmark) => ({ benchmark, revision: idOf(9) })),
    unmeasured: names.filter((name) => those[name] === "nothing"),
    ...(all !== undefined && { all: { since: idOf(all), revisions: 4, failure } }),
  };
}

function situation(failing: Failing | undefined, more: Partial<Situation> = {}): Situation {
  const now = "2026-01-02T10:00:00.000Z";
  return {
    host: "bench1",
    now,
    silentHours: 24,
    problemHours: 6,
    lastSuccess: now,
    blockers: [],
    problems: [],
    changes: [],
    failing,
    ...more,
  };
}

/** Titles of what goes out after each of these looks, one after the other. */
function titles(...looks: (Failing | undefined)[]): string[][] {
  let outbox: Outbox | undefined;
  return looks.map((failing) => {
    const kept = outbox?.pending.length ?? 0;
    outbox = advance(outbox, situation(failing), ["webhook"]);
    return outbox.pending.slice(kept).map(({ alert }) => alert.title);
  });
}

describe("failing benchmarks are reported", () => {
  test("once, with the first failing revision, and once when they are measured again", () => {
    const broken = found({ sort: 1, hash: "value" });
    expect(titles(broken, broken, found({ sort: "value", hash: "value" }), found({ sort: "value", hash: "value" }), broken)).toEqual([
      [`sort fails since ${short(1)}`],
      [],
      ["sort no longer fails"],
      [],
      [`sort fails since ${short(1)}`],
    ]);
  });

  test("together if they begin at one revision, others separately", () => {
    const first = { a: 1, b: 1, hash: "value" } as const;
    expect(titles(found(first), found({ ...first, c: 2, d: 3 }), found({ a: "value", b: "value", c: 2, d: 3 }))).toEqual([
      [`2 benchmarks fail since ${short(1)}`],
      [`c fails since ${short(2)}`, `d fails since ${short(3)}`],
      ["2 benchmarks no longer fail"],
    ]);
  });

  test("as one alert if every benchmark fails, whatever failed before or still fails afterwards", () => {
    const before = found({ a: 1, b: "value", c: "value" });
    const every = found({ a: 1, b: 2, c: 2 }, 2);
    const after = found({ a: 1, b: "value", c: "value" });
    expect(titles(before, every, every, after, after)).toEqual([
      [`a fails since ${short(1)}`],
      [`every benchmark fails since ${short(2)}`],
      [],
      ["benchmarks can be measured again"],
      [],
    ]);
    const outbox = advance(advance(undefined, situation(every), ["webhook"]), situation(after), ["webhook"]);
    expect(outbox.pending.map(({ alert }) => alert.text)).toEqual([
      [
        `every benchmark since ${short(2)}, 4 revisions in a row: run: ${failure.message}`,
        `2 benchmarks since ${short(2)}: run: ${failure.message} (b, c)`,
        `a since ${short(1)}: run: ${failure.message}`,
      ].join("\n"),
      [`b: measured at ${short(9)}`, `c: measured at ${short(9)}`, `still failing: a since ${short(1)}: run: ${failure.message}`].join(
        "\n",
      ),
    ]);
  });

  test("as ended only by a value or by the suite, not by a run without knowledge or in a new environment", () => {
    const broken = found({ a: 1, b: 1, c: "value" });
    expect(titles(broken, undefined, found({ a: "nothing", b: "nothing", c: "nothing" }), found({}), broken)).toEqual([
      [`2 benchmarks fail since ${short(1)}`],
      [],
      [],
      [],
      [],
    ]);
    expect(titles(broken, found({ b: 1, c: "value" }))).toEqual([[`2 benchmarks fail since ${short(1)}`], ["a no longer fails"]]);
    const every = found({ a: 1, b: 1 }, 1);
    expect(titles(every, found({ a: "nothing", b: "nothing" }), every, found({ a: "value", b: 1 }))).toEqual([
      [`every benchmark fails since ${short(1)}`],
      [],
      [],
      ["benchmarks can be measured again"],
    ]);
  });

  test("and are not reported as silence as well", () => {
    const every = found({ a: 1 }, 1);
    const late = { lastSuccess: "2026-01-01T00:00:00.000Z" };
    const about = (more: Partial<Situation>) =>
      advance(undefined, situation(every, { ...late, ...more }), ["webhook"]).pending.map(({ alert }) => alert.about);
    expect(about({ isNothingMeasured: true })).toEqual(["benchmarks"]);
    expect(about({ isNothingMeasured: false })).toEqual(["silent", "benchmarks"]);
  });
});
