import { expect, test } from "vitest";
import type { Measured, Session } from "../../../runner/model.ts";
import { machineText } from "../../../runner/report/machine.ts";
import { machineVerdict } from "../../../runner/timeline/controls.ts";
import { resultsOf } from "../../../runner/timeline/results-builder.ts";
import { measured, session } from "../report/fixture.ts";

const noise = 0.002;
const program = (seconds: number, fingerprint = "f"): Measured => ({ ...measured(seconds), fingerprint });
const day = (number: number) => new Date(Date.UTC(2026, 5, number)).toISOString();

/** A session of so many benchmarks, each so many times as long as one second. */
function all(count: number, factor: number, more: Partial<Session> = {}, fingerprint = "f"): Session {
  const names = Array.from({ length: count }, (_, number) => `b${number}`);
  return {
    ...session(1, Object.fromEntries(names.map((name) => [name, { compiled: program(factor, fingerprint) }]))),
    started: day(1),
    ...more,
  };
}
const control = (count: number, factor: number, more: Partial<Session> = {}) =>
  all(count, factor, { reason: "control", started: day(2), ...more });
const verdictOf = (...sessions: Session[]) =>
  machineVerdict(resultsOf(sessions), "e1", [], () => () => ({ sigma: noise, isOfSuite: false }));

/** z of a change with the errors of the fixture. */
const error = Math.sqrt(2 * 0.001 ** 2 + 2 * noise ** 2);

test.each([
  [10, 5, "too few"],
  // 4 sqrt(.15 + .85 pi / 2n): as nothing tells yet what sessions share, .15 of the variance is assumed.
  [11, 2.05, "not moved"],
  [11, -2.05, "not moved"],
  [11, 2.1, "suspected"],
  [11, -2.1, "suspected"],
  [61, 1.63, "not moved"],
  [61, 1.68, "suspected"],
  [111, 1.58, "not moved"],
  [111, 1.63, "suspected"],
  [300, 1.55, "not moved"],
  [300, 1.6, "suspected"],
])("of %i controls with a median z of %d the verdict is: %s", (count, z, expected) => {
  const { verdict, controls, medianZ } = verdictOf(all(count, 1), control(count, Math.exp(z * error)));
  expect(verdict).toBe(expected);
  expect(controls).toBe(count);
  expect(medianZ).toBeCloseTo(z, 8);
});

test.each<[string, Session[], number]>([
  ["of another program", [all(20, 1, {}, "g")], 0],
  ["of another environment", [all(20, 1, { environment: "e2" })], 0],
  ["taken later", [all(20, 1, { started: day(9) })], 0],
  ["of the same program", [all(20, 1)], 20],
])("a control is compared with the session before, not with one %s", (_, before, expected) => {
  expect(verdictOf(...before, control(20, 1)).controls).toBe(expected);
});

test("a set is compared with what was before it, as long as nothing is suspected", () => {
  const sessions = [all(20, 1), control(20, 1.0001), control(20, 1.0002, { started: day(3) })];
  expect(verdictOf(...sessions).ratio).toBeCloseTo(1.0002 / 1.0001, 12);
});

/** Control sessions of eleven benchmarks, day by day from the second on, of the factors. */
function controls(...factors: number[]): Session[] {
  return [all(11, 1), ...factors.map((factor, index) => control(11, factor, { started: day(index + 2) }))];
}

test.each<[string, number[], string, number | undefined]>([
  ["one set is suspected, from its first session on", [1, 1.1], "suspected", 3],
  ["a second set that says the same confirms it, against the level before", [1, 1.1, 1.1], "moved", 3],
  ["a second set as before shows that it was chance", [1, 1.1, 1], "not moved", undefined],
  ["a second set the other way does not confirm it", [1, 1.1, 0.9], "not moved", undefined],
  ["it stays moved as long as the new level holds", [1.1, 1.1, 1.1, 1.1, 1.1], "moved", 2],
  ["one set at the old level does not end it", [1.1, 1.1, 1], "moved", 2],
  ["two sets at the old level end it", [1.1, 1.1, 1, 1], "not moved", undefined],
  ["back and moved again is told from the second time on", [1.1, 1.1, 1, 1, 1.1, 1.1], "moved", 6],
])("%s", (_promise, factors, verdict, since) => {
  const found = verdictOf(...controls(...factors));
  expect(found.verdict).toBe(verdict);
  expect(found.since).toBe(since === undefined ? undefined : day(since));
});

test("control sessions are taken together until there are eleven benchmarks, none 30 days older than another", () => {
  const old = control(8, 1.5, { started: day(2) });
  const newest = control(8, 1.5, { started: day(20) });
  expect(verdictOf(all(8, 1), old, newest)).toMatchObject({ controls: 16 });
  expect(verdictOf(all(12, 1), control(12, 1), control(12, 1, { started: day(20) }))).toMatchObject({ controls: 12 });
  expect(verdictOf(all(8, 1), old, control(8, 1.5, { started: day(33) })).controls).toBe(8);
});

test("a quiet machine is not said to have moved, whatever the number of controls", () => {
  let state = 1;
  const uniform = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  for (let round = 0; round < 500; round++) {
    const count = [11, 30, 111][round % 3] ?? 11;
    const [before, after] = [all(count, 1), control(count, 1)];
    for (const one of [before, after]) {
      for (const outcomes of Object.values(one.benchmarks)) outcomes.compiled = program(Math.exp((normal() * error) / Math.SQRT2));
    }
    expect(verdictOf(before, after).verdict).toBe("not moved");
  }
});

test("the limit grows with what sessions were found to share, and shrinks where a set is of several sessions", () => {
  const limit = (sessions: Session[]) => verdictOf(...sessions).threshold ?? 0;
  const earlier = (shift: number) =>
    Array.from({ length: 20 }, (_, number) =>
      all(11, Math.exp(number % 2 === 1 ? shift : 0), { started: new Date(Date.UTC(2026, 0, number + 1)).toISOString() }),
    );
  const assumed = limit([all(11, 1), control(11, 1)]);
  expect(limit([...earlier(0), control(11, 1)])).toBeLessThan(0.95 * assumed);
  expect(limit([...earlier(2 * error), control(11, 1)])).toBeGreaterThan(1.2 * assumed);
  const halves = [6, 12].map((count, half) => control(count, 1, { started: day(half + 2) }));
  const first = halves[0] ? [halves[0]] : [];
  const second = Object.fromEntries(Object.entries(halves[1]?.benchmarks ?? {}).slice(6));
  const rest = control(0, 1, { started: day(3), benchmarks: second });
  expect(verdictOf(all(12, 1), ...first, rest).controls).toBe(12);
  expect(limit([all(12, 1), ...first, rest])).toBeLessThan(0.95 * limit([all(12, 1), control(12, 1)]));
});

test("where the noise is assumed, or the suite's, a set whose benchmarks differ by more than that has a higher limit", () => {
  const outcomes = Object.fromEntries(
    Array.from({ length: 11 }, (_, index) => [`b${index}`, { compiled: program(Math.exp(0.01 * (index - 5 + 1.5))) }]),
  );
  const wide = control(11, 1, { benchmarks: outcomes });
  const limitOf = (noise: { sigma: number; isOfSuite: boolean } | undefined) =>
    machineVerdict(resultsOf([all(11, 1), wide]), "e1", [], () => () => noise).threshold ?? 0;
  const own = limitOf({ sigma: noise, isOfSuite: false });
  expect(limitOf({ sigma: noise, isOfSuite: true })).toBeGreaterThan(5 * own);
  expect(limitOf(undefined)).toBeCloseTo(limitOf({ sigma: noise, isOfSuite: true }), 12);
});

/** z of 1 % slower, by the noise between sessions. */
function zOfOnePercent(sigma: number): number {
  return Math.log(1.01) / Math.sqrt(2 * 0.001 ** 2 + 2 * sigma ** 2);
}

test("the noise is asked of the sessions before the controls, and assumed where they tell none", () => {
  const before = all(11, 1);
  const asked: number[] = [];
  const z = (sigma: number | undefined) =>
    machineVerdict(resultsOf([before, control(11, 1.01)]), "e1", [], (counts) => {
      asked.push([0, 1].filter(counts).length);
      return () => (sigma === undefined ? undefined : { sigma, isOfSuite: false });
    }).medianZ;
  expect(z(0.01)).toBeCloseTo(zOfOnePercent(0.01), 10);
  expect(z(undefined)).toBeCloseTo(zOfOnePercent(0.002), 10);
  expect(z(0)).toBeCloseTo(zOfOnePercent(0.0005), 10);
  expect(new Set(asked)).toEqual(new Set([1]));
});

test("a benchmark that the suite no longer has tells nothing of the noise of controls", () => {
  const gone = [1, 3].map((seconds) => ({ ...session(1, { gone: { compiled: program(seconds) } }), started: day(1) }));
  const declared = Array.from({ length: 11 }, (_, number) => ({ name: `b${number}`, workload: "w1" }));
  const sessions = [all(11, 1), ...gone, control(11, 1.01)];
  expect(machineVerdict(resultsOf(sessions), "e1", declared).medianZ).toBeCloseTo(zOfOnePercent(0.002), 10);
  expect(machineVerdict(resultsOf(sessions), "e1", []).medianZ).toBeLessThan(0.1);
});

test("the verdict is a sentence with its numbers", () => {
  expect(machineText(verdictOf())).toBe("unknown: no program was measured again yet");
  expect(machineText(verdictOf(all(1, 1), control(1, 1)))).toBe("unknown: only 1 program measured again so far");
  expect(machineText(verdictOf(all(11, 1), control(11, 1)))).toBe(
    "as before (median z 0.00 over 11 programs measured again, limit 2.08, shared noise assumed)",
  );
  const numbers = "unchanged programs run 3.00 % faster (median z −9.63 over 11 programs measured again, limit 2.08, shared noise assumed)";
  expect(machineText(verdictOf(all(11, 1), control(11, 0.97)))).toBe(`possible machine shift: ${numbers}; measuring more of them next`);
  expect(machineText(verdictOf(...controls(0.97, 0.97)))).toBe(
    `machine shift: ${numbers}; the machine may have caused changes since 2026-06-02 00:00 UTC. If the shift lasts, declare it: environment.machineShifts: [{ since: "${day(2)}", why: … }]`,
  );
});

test("what was measured to confirm a change on a machine that moved unnoticed does not hide the move", () => {
  const confirming = all(11, 1.05, { reason: "confirm", started: day(1) });
  const sessions = [all(11, 1, { started: day(0) }), confirming, control(11, 1.05)];
  expect(machineVerdict(resultsOf(sessions), "e1", []).verdict).toBe("suspected");
});
