import { describe, expect, test } from "vitest";
import type { Candidate } from "../../../../runner/timeline/detection/candidate.ts";
import { confirmation, mostSessions, type Fresh } from "../../../../runner/timeline/detection/confirmation.ts";

const suspect: Candidate = {
  found: "online",
  split: 20,
  noticed: 20,
  change: 0.03,
  sigma: 0.005,
  level: { value: 0, points: 20, linkVariance: 0 },
};

const faster: Candidate = { ...suspect, change: -0.03 };

/** Take what is asked for until it is decided: one value after the other of each side, the last again and again. */
function decide(one: Candidate, after: readonly number[], before: readonly number[]) {
  const fresh: Fresh[] = [];
  for (;;) {
    const state = confirmation(one, fresh);
    if (state.status !== "open") return { ...state, sides: fresh.map(({ side }) => side).join(" ") };
    expect(state.taken).toBe(fresh.length);
    const values = state.next === "after" ? after : before;
    const taken = fresh.filter(({ side }) => side === state.next).length;
    fresh.push({ side: state.next, value: values[Math.min(taken, values.length - 1)] ?? 0 });
  }
}

test("a change that is there is confirmed by four pairs and the session before them, interleaved", () => {
  const { status, change, sides } = decide(suspect, [0.03, 0.028, 0.031, 0.033, 0.029], [0, 0.002, -0.001, 0.001]);
  expect(status).toBe("confirmed");
  expect(sides).toBe("after before after before after before after before after");
  expect(sides.split(" ")).toHaveLength(mostSessions);
  expect(change.phi).toBeCloseTo(0.0299, 3);
  expect(change.standardError).toBeGreaterThan(0.002);
  expect(change.standardError).toBeLessThan(0.005);
});

test("one fresh session rejects what is not seen again", () => {
  for (const value of [0, 0.002, -0.03]) {
    expect(decide(suspect, [value], [0])).toMatchObject({ status: "rejected", sides: "after", change: { phi: value } });
  }
});

test("a machine that drifted moves both sides, and is rejected", () => {
  expect(decide(suspect, [0.03], [0.03])).toMatchObject({ status: "rejected" });
});

test("a change of less than half a percent is no change, however well it is known", () => {
  const exact = { ...suspect, sigma: 0.0005, change: 0.006 };
  expect(decide(exact, [0.0045], [0]).status).toBe("rejected");
  expect(decide(exact, [0.0055], [0]).status).toBe("confirmed");
});

test("a benchmark with two modes is told from a change by its sessions: most of them are in the lower one", () => {
  expect(decide({ ...suspect, change: 0.15 }, [0.15, 0.001, 0.16, 0, 0.002], [0, 0, 0, 0]).status).toBe("rejected");
  expect(decide({ ...suspect, change: 0.15 }, [0.15, 0.15, 0.15, 0.15, 0.15], [0, 0, 0, 0]).status).toBe("confirmed");
});

describe("mirrored", () => {
  test.each([
    ["confirmed", [0.03, 0.028, 0.031], [0, 0.001]],
    ["rejected", [0.001], [0]],
    ["rejected", [0.03], [0.028]],
  ] as const)("what is %s one way is so the other way", (status, after, before) => {
    const there = decide(suspect, after, before);
    const back = decide(
      faster,
      after.map((value) => -value),
      before.map((value) => -value),
    );
    expect(there.status).toBe(status);
    expect(back.status).toBe(status);
    expect(back.sides).toBe(there.sides);
    expect(back.change.phi).toBeCloseTo(-there.change.phi, 12);
  });
});

test("the order in which sessions came in decides nothing", () => {
  const fresh: Fresh[] = [0.03, 0.02, 0.025, 0.035, 0.03].map((value) => ({ side: "after", value }));
  for (const value of [0, 0.001, -0.002, 0.003]) fresh.push({ side: "before", value });
  const first = confirmation(suspect, fresh);
  // The very first session of the new side is judged by itself.
  const [head, ...rest] = fresh;
  if (!head) throw new Error("there is none");
  expect(confirmation(suspect, [head, ...rest.reverse()])).toEqual(first);
});

test("a level from before a switch is believed no more than the switch is known", () => {
  const unsure = { ...suspect, level: { ...suspect.level, linkVariance: 0.05 ** 2 } };
  // Level and predecessor differ: by the level the change is 10 %, by the predecessor 3 %.
  const [sure, not] = [suspect, unsure].map((one) => decide(one, [0.1], [0.07]));
  expect(sure?.change.phi).toBeGreaterThan(0.08);
  expect(not?.change.phi).toBeCloseTo(0.03, 3);
});
