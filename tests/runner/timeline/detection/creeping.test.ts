import { expect, test } from "vitest";
import { creeping, creepingPair } from "../../../../runner/timeline/detection/creeping.ts";
import type { Fresh } from "../../../../runner/timeline/detection/confirmation.ts";
import type { Reading } from "../../../../runner/timeline/detection/level.ts";
import { generator, normal } from "../../../../bench/simulation/coverage.ts";

const sigma = 0.002;
const points = 60;
const factor = (phi: number) => ({ phi, standardError: 0.001, degreesOfFreedom: 10 });

function readings(level: (number: number) => number): Reading[] {
  const random = generator(3);
  return Array.from({ length: points }, (_, number) => ({ value: level(number) + sigma * normal(random), linkError: 0, sessions: 1 }));
}

const step = (at: number) => (number: number) => (number >= at ? 0.03 : 0);
const pairOf = (level: (number: number) => number, changes: { split: number; change: ReturnType<typeof factor> | undefined }[] = []) =>
  creepingPair({ readings: readings(level), older: 34, newer: 59, changes, sigma });

test("a step that is too new to be confirmed is waited for; an old one that nothing confirmed, and a ramp, are looked at", () => {
  expect(pairOf(step(50))).toMatchObject({ isSuspected: false });
  expect(pairOf(step(38))).toMatchObject({ isSuspected: true });
  expect(pairOf((number) => 0.001 * Math.max(0, number - 35))).toMatchObject({ isSuspected: true });
  expect(pairOf(() => 0)).toMatchObject({ isSuspected: false });
});

test("confirmed changes are taken out, between the two and right before the older one; without a size nothing is compared", () => {
  expect(pairOf(step(38), [{ split: 38, change: factor(0.03) }])).toMatchObject({ isSuspected: false, explained: { phi: 0.03 } });
  expect(pairOf(step(34), [{ split: 34, change: factor(0.03) }])).toMatchObject({
    isSuspected: false,
    explained: { phi: 0 },
    candidate: { level: { points: 6 } },
  });
  expect(pairOf(step(38), [{ split: 38, change: undefined }])).toBeUndefined();
});

/** Eight interleaved pairs without noise, that differ by so much. */
const fresh = (difference: number): Fresh[] =>
  Array.from({ length: 16 }, (_, index) =>
    index % 4 === 0 || index % 4 === 3 ? { side: "after", value: difference } : { side: "before", value: 0 },
  );

test("the pair decides on what is left, with the errors of what is taken out", () => {
  const pair = pairOf((number) => step(45)(number) + 0.001 * Math.max(0, number - 35), [{ split: 45, change: factor(0.03) }]);
  expect(pair && creeping(pair, fresh(0.053))).toMatchObject({ status: "confirmed", change: { phi: expect.closeTo(0.023, 6) } });
  expect(pair && creeping(pair, fresh(0.031))).toMatchObject({ status: "rejected" });
  const vague = pairOf(
    (number) => step(45)(number) + 0.001 * Math.max(0, number - 35),
    [{ split: 45, change: { ...factor(0.03), standardError: 0.02 } }],
  );
  expect(vague && creeping(vague, fresh(0.053)).status).toBe("rejected");
});
