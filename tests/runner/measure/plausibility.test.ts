import { describe, expect, test } from "vitest";
import { plausibilityOf, minimumOf } from "../../../runner/measure/plausibility.ts";
import { earlierResults } from "../../../runner/measure/earlier.ts";
import { failed, idOf, measured, session } from "../report/fixture.ts";

const series = { benchmark: "sort", variant: "compiled" as const, workload: "w1" };
const process = (reported: number, monotonic = 2, wallClock = monotonic) => ({ reported, monotonic, wallClock });

describe("a sample", () => {
  test("is believed between its minimum and the time its process took, both included", () => {
    const minimum = { kind: "configured" as const, seconds: 1 };
    for (const reported of [1, 1.5, 2])
      expect(plausibilityOf(process(reported), { benchmark: "sort", minimum })).toEqual({ kind: "plausible" });
    expect(plausibilityOf(process(1e-9), { benchmark: "sort", minimum: undefined })).toEqual({ kind: "plausible" });
  });

  test("above the time its process took is refused", () => {
    expect(plausibilityOf(process(2.5), { benchmark: "sort", minimum: undefined })).toEqual({
      kind: "refused",
      problem: "it reported 2.5 s but was gone after 2 s",
    });
  });

  test("under the share of the last value is suspicious, and told what to write if it is real", () => {
    const minimum = { kind: "last value" as const, seconds: 0.3, last: 1 };
    expect(plausibilityOf(process(0.25), { benchmark: "sort", minimum })).toEqual({
      kind: "implausible",
      problem:
        "it reported 0.25 s, less than 0.3 of its last value, 1 s: implausible, no value; if it is real, write measure.expect: [{ benchmark: sort, minimum: 0.1 }]",
    });
  });

  test("under the configured minimum is suspicious too", () => {
    const minimum = { kind: "configured" as const, seconds: 0.5 };
    expect(plausibilityOf(process(0.000025), { benchmark: "sort", minimum })).toEqual({
      kind: "implausible",
      problem:
        "it reported 0.000025 s, less than its minimum in measure.expect, 0.5 s: implausible, no value; if it is real, write measure.expect: [{ benchmark: sort, minimum: 0.00001 }]",
    });
  });

  test("is taken again where the clock was set meanwhile, whatever else is wrong with it", () => {
    expect(plausibilityOf(process(9, 2, 2.03), { benchmark: "sort", minimum: undefined })).toEqual({
      kind: "again",
      problem: "the clock was set meanwhile: 2.03 s by it, 2 s in truth",
    });
    expect(plausibilityOf(process(1, 2, 1.97), { benchmark: "sort", minimum: undefined }).kind).toBe("again");
    expect(plausibilityOf(process(1, 2, 2.019), { benchmark: "sort", minimum: undefined }).kind).toBe("plausible");
  });

  test("is taken again three times; then the machine is at fault, not the benchmark", () => {
    const kinds = [0, 1, 2, 3].map(
      (discarded) => plausibilityOf(process(1, 2, 3), { benchmark: "sort", minimum: undefined, discarded }).kind,
    );
    expect(kinds).toEqual(["again", "again", "again", "interrupted"]);
  });

  test("so short that reading the clocks differs by 1 % is not taken again for that", () => {
    expect(plausibilityOf(process(0.02, 0.04, 0.044), { benchmark: "sort", minimum: undefined }).kind).toBe("plausible");
    expect(plausibilityOf(process(0.02, 0.04, 0.14), { benchmark: "sort", minimum: undefined }).kind).toBe("again");
  });
});

describe("a minimum", () => {
  const sessions = [
    session(1, { sort: { compiled: measured(4) } }, { serial: 1 }),
    session(2, { sort: { compiled: measured(2), interpreted: measured(50) } }, { serial: 2 }),
    session(3, { sort: { compiled: failed() } }, { serial: 3 }),
    session(4, { sort: { compiled: measured(90, { workload: "w2" }) } }, { serial: 4 }),
    session(4, { sort: { compiled: measured(80) } }, { serial: 5, environment: "e2" }),
  ];

  test("is 0.3 of the last value of the same variant, workload and environment", () => {
    for (const given of [sessions, [...sessions].reverse()]) {
      expect(minimumOf(series, earlierResults(given, "e1"), [])).toEqual({ kind: "last value", seconds: 0.6, last: 2 });
    }
  });

  test("is 0.3 of the last value of the very revision where that is less: it may be from before a large change", () => {
    const slower = [...sessions, session(5, { sort: { compiled: measured(40) } }, { serial: 6 })];
    const minimumAt = (number: number) => minimumOf(series, earlierResults(slower, "e1"), [], idOf(number))?.seconds;
    expect(minimumAt(2)).toBeCloseTo(0.6);
    expect(minimumAt(6)).toBeCloseTo(12);
  });

  test("is as configured where it is", () => {
    const expected = [
      { benchmark: "other", minimum: 7, constant: false },
      { benchmark: "sort", minimum: 0.1, constant: true },
    ];
    expect(minimumOf(series, earlierResults(sessions, "e1"), expected)).toEqual({ kind: "configured", seconds: 0.1 });
  });

  test("is 0.3 of the last value where the configuration expects equal samples and no minimum", () => {
    const expected = [{ benchmark: "sort", constant: true }];
    expect(minimumOf(series, earlierResults(sessions, "e1"), expected)).toMatchObject({ kind: "last value" });
  });

  test("is not there for a first value", () => {
    expect(minimumOf({ ...series, workload: "w9" }, earlierResults(sessions, "e1"), [])).toBeUndefined();
  });
});
