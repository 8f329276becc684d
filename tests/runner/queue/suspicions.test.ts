import { describe, expect, test } from "vitest";
import { measured, Server } from "../../../bench/detection/server.ts";
import { scalingFactor, idOf } from "../report/fixture.ts";
import { slowerFrom } from "./changes-server.ts";

describe("a change is confirmed by sessions of its own", () => {
  const server = measured({ revisions: 20, truth: slowerFrom(18) });
  const asked = server.changes();
  const done = server.settle();

  test("the first is of the changed program, in words", () => {
    expect(asked.findings).toEqual([]);
    expect(asked.items).toHaveLength(1);
    expect(asked.items[0]).toMatchObject({
      subject: { revision: idOf(18) },
      reason: "confirm",
      benchmarks: ["sort"],
      because: expect.stringMatching(/^confirm sort \+[45]\.\d\d % at [0-9a-f]{12}: session 1 of at most 19$/),
    });
  });

  test("the others are pairs with its predecessor, one after the other", () => {
    expect(done.map((item) => server.numberOf(item))).toEqual([18, 17, 17, 18, 18, 17]);
    expect(new Set(done.map(({ nth }) => nth)).size).toBe(3);
  });

  test("the decision names both revisions, direction, size, and the sessions that made it", () => {
    expect(server.decisions).toEqual([
      expect.objectContaining({
        benchmark: "sort",
        outcome: "confirmed",
        found: "online",
        direction: "slower",
        firstBad: idOf(18),
        lastGood: idOf(17),
        skipped: 0,
        noticed: idOf(18),
        sessions: server.sessions.filter(({ reason }) => reason === "confirm").map(({ id }) => id),
      }),
    ]);
    const { change } = server.decisions[0] ?? {};
    expect(Math.abs((change?.phi ?? 0) - Math.log(1.05))).toBeLessThan(4 * (change?.standardError ?? 0));
  });

  test("nothing more follows from it, and later points are compared with the new level", () => {
    expect(server.changes()).toMatchObject({ items: [], findings: [], open: [] });
  });
});

test("a one-off outlier is rejected by one fresh session, and not raised again", () => {
  const server = measured({ revisions: 20, truth: (number, _, nth) => (number === 15 && nth === 0 ? 1.08 : 1) });
  expect(server.settle().map((item) => server.numberOf(item))).toEqual([15]);
  expect(server.decisions.map(({ outcome }) => outcome)).toEqual(["rejected"]);
  for (const number of [16, 17, 18, 19]) server.measure(number, { reason: "control" });
  expect(server.changes().items).toEqual([]);
});

test("a program that cannot be measured again ends it as unconfirmable, for good", () => {
  const server = measured({ revisions: 30, truth: (number, _, nth) => (number === 20 && nth > 0 ? undefined : slowerFrom(20)(number)) }, [
    ...Array(22).keys(),
  ]);
  server.settle();
  expect(server.decisions).toEqual([
    expect.objectContaining({ outcome: "unconfirmable", reason: "compile: cc said no", firstBad: idOf(20) }),
  ]);
  for (let number = 22; number < 30; number++) server.measure(number);
  server.settle();
  expect(server.decisions.filter(({ firstBad }) => firstBad === idOf(20))).toHaveLength(1);
});

test("what confirms a suspicion is no part of what raised it", () => {
  // The fresh session of the changed program is low: pooled with the first it would call off what it has to reject.
  const server = measured({ revisions: 20, truth: (number, _, nth) => (number === 19 && nth === 0 ? 1.009 : 1) });
  server.measure(19, { reason: "confirm", benchmarks: ["sort"] });
  const { findings } = server.changes();
  expect(findings).toEqual([expect.objectContaining({ outcome: "rejected", firstBad: idOf(19) })]);
});

/** The new environment takes half the time; whether the code is slower is another matter. */
function afterTransition(slower: number, standardError: number): Server {
  const server = new Server({
    revisions: 21,
    truth: (number, _, _nth, environment) => slowerFrom(20, slower)(number) * (environment === "here" ? 0.5 : 1),
  });
  server.environment = "before";
  for (let number = 0; number < 20; number++) server.measure(number);
  server.environment = "here";
  const places = [
    { environment: "before", workload: "w" },
    { environment: "here", workload: "w" },
  ] as const;
  server.scalingFactors = [scalingFactor(...places, Math.log(0.5), { factor: { phi: Math.log(0.5), standardError, degreesOfFreedom: 8 } })];
  server.measure(20);
  return server;
}

describe("the first revision after a transition", () => {
  test("is compared with what is linked, and confirmed by its predecessor measured after the transition", () => {
    const server = afterTransition(1.04, 0.002);
    const done = server.settle();
    expect(done.map((item) => server.numberOf(item))).toEqual([20, 19, 19, 20, 20, 19]);
    expect(server.sessions.slice(21).every(({ environment }) => environment === "here")).toBe(true);
    expect(server.decisions).toEqual([expect.objectContaining({ outcome: "confirmed", firstBad: idOf(20), lastGood: idOf(19) })]);
    expect(server.decisions[0]?.change?.phi).toBeCloseTo(Math.log(1.04), 2);
  });

  test("shows no change where the code has none, nor where the factor is not known well enough", () => {
    expect(afterTransition(1, 0.002).changes().items).toEqual([]);
    expect(afterTransition(1.04, 0.02).changes().items).toEqual([]);
  });

  test("starts a new level and is no change where it is the factor that is wrong", () => {
    const server = afterTransition(1, 0.002);
    server.scalingFactors = server.scalingFactors.map((one) => ({
      ...one,
      factor: { phi: Math.log(0.48), standardError: 0.002, degreesOfFreedom: 8 },
    }));
    server.settle();
    expect(server.decisions.map(({ outcome }) => outcome)).toEqual(["drifted"]);
  });
});
