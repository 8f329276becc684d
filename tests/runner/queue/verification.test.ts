import { expect, test } from "vitest";
import { idOf } from "../report/fixture.ts";
import { afterTransition, numbersOf, upgraded, faster, benchmarks } from "./upgrade-server.ts";

test("with a single program there is a bridge, but nothing to judge it by", () => {
  const server = afterTransition({ revisions: 1, noise: 0.001 });
  expect(numbersOf(server, server.plan().items)).toEqual([0]);
  server.catchUp();
  expect(server.plan().verification).toBeUndefined();
});

test("an upgrade that changed nothing but speed is continuous, by at least five sessions of the empty commit", () => {
  const server = upgraded(faster);
  const { verification } = server.plan();
  expect(verification).toMatchObject({ by: "empty-commit", revision: idOf(9), before: "old", verdict: { verdict: "continuous" } });
  const taken = server.sessions.filter(
    ({ subject, environment }) => environment === "new" && subject.kind === "revision" && subject.revision === idOf(9),
  );
  // Sessions of the pre-upgrade run and of the empty commit repeat programs: they tell what sessions share.
  expect(verification?.verdict.common.pairs).toBeGreaterThan(8);
  expect(taken.length).toBeGreaterThanOrEqual(5);
  expect(taken.length).toBeLessThanOrEqual(12);
});

test("an upgrade is not continuous as long as a change right at the transition is suspected, whatever the values say", () => {
  const server = upgraded(
    (benchmark, number, environment) => (faster(benchmark, number, environment) ?? 1) * (benchmark === "b03" && number === 9 ? 1.008 : 1),
    0.0005,
  );
  const verdict = () => server.plan().verification?.verdict;
  expect(verdict()?.benchmarks.map((one) => one.verdict)).toEqual(benchmarks.map(() => "continuous"));
  expect(verdict()).toMatchObject({ verdict: "inconclusive", reason: expect.stringMatching(/suspected .*: b03$/) as string });
  server.decisions.push({
    schema: 1,
    rules: 1,
    n: 1,
    host: "host",
    written: "2026-01-01T00:00:00.000Z",
    benchmark: "b03",
    variant: "compiled",
    context: { environment: "new", workload: "w" },
    found: "online",
    firstBad: idOf(9),
    lastGood: idOf(8),
    skipped: 0,
    noticed: idOf(9),
    sessions: [],
    outcome: "confirmed",
    direction: "slower",
    change: { phi: 0.008, standardError: 0.001, degreesOfFreedom: 9 },
  });
  expect(verdict()).toMatchObject({ verdict: "continuous", reason: undefined });
});

test("without an empty commit the held-out revision judges", () => {
  const server = afterTransition({ revisions: 9, benchmarks, truth: faster, noise: 0.002 });
  server.catchUp();
  expect(server.plan().verification).toMatchObject({ by: "held-out", revision: idOf(8) });
});

test("what a slow-down of the bridge's own revisions hides is found by the empty commit", () => {
  // The bridge's revisions are 2 % slower in the new environment than anything else is: the scaling factor is wrong by that.
  const server = upgraded(
    (benchmark, number, environment) => (faster(benchmark, number, environment) ?? 1) * (environment === "new" && number === 9 ? 1.02 : 1),
  );
  expect(server.plan().verification?.verdict.verdict).toBe("broken");
});

test("a clear verdict takes five sessions of the revision that judges, no more", () => {
  const server = afterTransition({ revisions: 9, benchmarks, truth: faster, noise: 0.0001 });
  const verifying = server.catchUp().filter(({ reason }) => reason === "verify");
  expect(numbersOf(server, verifying)).toEqual([8, 8, 8, 8, 8]);
});
