import { expect, test } from "vitest";
import type { Measured, Session } from "../../../runner/model.ts";
import { machineText } from "../../../runner/report/machine.ts";
import { machineVerdict } from "../../../runner/timeline/controls.ts";
import { resultsOf } from "../../../runner/timeline/results.ts";
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
const verdictOf = (...sessions: Session[]) => machineVerdict(resultsOf(sessions), "e1", () => () => ({ sigma: noise }));

/** z of a change with the errors of the fixture. */
const error = Math.sqrt(2 * 0.001 ** 2 + 2 * noise ** 2);

test.each([
  [10, 5, "too few"],
  [11, 1.4, "not moved"],
  [11, -1.4, "not moved"],
  [11, 1.6, "moved"],
  [11, -1.6, "moved"],
  [61, 0.95, "not moved"],
  [61, 1.05, "moved"],
  [111, 0.45, "not moved"],
  [111, 0.55, "moved"],
  [300, 0.45, "not moved"],
  [300, 0.55, "moved"],
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

test("a control is compared with the last session of its program, which may be a control", () => {
  const sessions = [all(20, 1), control(20, 1.1), control(20, 1.1, { started: day(3) })];
  expect(verdictOf(...sessions).ratio).toBeCloseTo(1, 12);
  expect(verdictOf(...sessions.slice(0, 2)).ratio).toBeCloseTo(1.1, 12);
});

test("the newest control sessions speak, older ones only until there are eleven, none older than 30 days", () => {
  const old = control(8, 1.5, { started: day(2) });
  const newest = control(8, 1.5, { started: day(20) });
  expect(verdictOf(all(8, 1), old, newest)).toMatchObject({ controls: 16 });
  expect(verdictOf(all(12, 1), control(12, 1.5), control(12, 1.5, { started: day(20) }))).toMatchObject({
    controls: 12,
    verdict: "not moved",
  });
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

/** z of 1 % slower, by the noise between sessions. */
function zOfOnePercent(sigma: number): number {
  return Math.log(1.01) / Math.sqrt(2 * 0.001 ** 2 + 2 * sigma ** 2);
}

test("the noise is asked of the sessions before the controls, and assumed where they tell none", () => {
  const before = all(11, 1);
  const asked: number[] = [];
  const z = (sigma: number | undefined) =>
    machineVerdict(resultsOf([before, control(11, 1.01)]), "e1", (counts) => {
      asked.push([0, 1].filter(counts).length);
      return () => (sigma === undefined ? undefined : { sigma });
    }).medianZ;
  expect(z(0.01)).toBeCloseTo(zOfOnePercent(0.01), 10);
  expect(z(undefined)).toBeCloseTo(zOfOnePercent(0.002), 10);
  expect(z(0)).toBeCloseTo(zOfOnePercent(0.0005), 10);
  expect(new Set(asked)).toEqual(new Set([1]));
});

test("the verdict is a sentence with its numbers", () => {
  expect(machineText(verdictOf())).toBe("not known: no program was measured again yet");
  expect(machineText(verdictOf(all(1, 1), control(1, 1)))).toBe("not known: only 1 program measured again so far");
  expect(machineText(verdictOf(all(11, 1), control(11, 1)))).toBe("as before (median z 0.00 over 11 programs measured again, limit 1.50)");
  expect(machineText(verdictOf(all(11, 1), control(11, 0.97)))).toBe(
    "it moved: unchanged programs run 3.00 % faster (median z −9.63 over 11 programs measured again, limit 1.50); changes since then may be the machine's",
  );
});
