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
  anchor: 12,
};

const faster: Candidate = { ...suspect, change: -0.03 };

/** Take what is asked for until it is decided: one value after the other of each side, the last again and again. */
function decide(one: Candidate, after: readonly number[], before: readonly number[], anchor: readonly number[] = [0]) {
  const fresh: Fresh[] = [];
  const sides = { after, before, anchor };
  for (;;) {
    const state = confirmation(one, fresh);
    if (state.status !== "open") return { ...state, sides: fresh.map(({ side }) => side).join(" ") };
    expect(state.taken).toBe(fresh.length);
    expect(fresh.length).toBeLessThan(mostSessions);
    const values = sides[state.next];
    const taken = fresh.filter(({ side }) => side === state.next).length;
    fresh.push({ side: state.next, value: values[Math.min(taken, values.length - 1)] ?? 0 });
  }
}

const pairs = (count: number): string =>
  Array.from({ length: count }, (_, pair) => (pair % 2 === 0 ? "after before" : "before after")).join(" ");

test("a large change is confirmed by three interleaved pairs, whose difference it is", () => {
  const { status, change, sides } = decide(suspect, [0.03, 0.028, 0.031], [0, 0.002, -0.001]);
  expect(status).toBe("confirmed");
  expect(sides).toBe("after before before after after before");
  expect(change.phi).toBeCloseTo(0.029, 9);
  expect(change.standardError).toBeGreaterThan(0.002);
  expect(change.standardError).toBeLessThan(0.006);
});

test("smaller changes take five pairs, or eight", () => {
  expect(decide(suspect, [0.0125], [0])).toMatchObject({ status: "confirmed", sides: pairs(5) });
  expect(decide({ ...suspect, change: 0.01 }, [0.007], [0])).toMatchObject({ status: "confirmed", sides: pairs(8) });
});

test("one fresh session rejects what is not seen again", () => {
  for (const value of [0, 0.002, -0.03]) {
    expect(decide(suspect, [value], [0])).toMatchObject({ status: "rejected", sides: "after", change: { phi: value } });
  }
});

test("a pair that agrees confirms nothing, however far both are from the level: the machine drifted", () => {
  expect(decide(suspect, [0.03], [0.03], [0.028])).toMatchObject({ status: "drifted", sides: `${pairs(3)} anchor anchor` });
  // The level is known by many points, the pair shows .45 %, which is little more than its error.
  const drifted = decide({ ...suspect, change: 0.013 }, [0.013, 0.0128, 0.0132, 0.013, 0.0131], [0.0085, 0.0086, 0.0084, 0.0085], [0.008]);
  expect(drifted.status).toBe("drifted");
});

test("where a program well before did not move, the change lies further back: nothing is decided on the machine", () => {
  expect(decide(suspect, [0.03], [0.03], [0.001])).toMatchObject({ status: "rejected", sides: `${pairs(3)} anchor anchor` });
});

test("one session that stands out makes no drift: three pairs tell it, and where two of the anchor disagree a third does", () => {
  expect(decide(suspect, [0.03], [0.05, 0, 0.001]).status).toBe("confirmed");
  expect(decide(suspect, [0.03], [0.03], [0.04, 0.001, 0])).toMatchObject({
    status: "rejected",
    sides: `${pairs(3)} anchor anchor anchor`,
  });
  expect(decide(suspect, [0.03], [0.03], [-0.01, 0.03, 0.031]).status).toBe("drifted");
});

test("where there is no program well before, two that moved alike are a drift", () => {
  expect(decide({ ...suspect, anchor: undefined }, [0.03], [0.03])).toMatchObject({ status: "drifted", sides: pairs(3) });
});

test("pairs that narrow a range tell nothing of the machine", () => {
  expect(decide({ ...suspect, found: "bisection" }, [0.03], [0.03])).toMatchObject({ status: "rejected", sides: "after before" });
});

test("noise is what the fresh sessions show, where that is more than was known", () => {
  const after = [0.03, 0.06, 0, 0.05, 0.01, 0.06, 0, 0.03];
  const before = [0, 0.03, -0.03, 0.02, -0.02, 0.03, -0.03, 0];
  expect(decide(suspect, after, before).sides.split(" ").length).toBeGreaterThan(6);
  expect(decide(suspect, [0.03], [0]).sides.split(" ")).toHaveLength(6);
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
    ["confirmed", [0.03, 0.028, 0.031], [0, 0.001], [0]],
    ["rejected", [0.001], [0], [0]],
    ["rejected", [0.03], [0.028], [0]],
    ["drifted", [0.03], [0.028], [0.03]],
  ] as const)("what is %s one way is so the other way", (status, after, before, anchor) => {
    const there = decide(suspect, after, before, anchor);
    const turned = [after, before, anchor].map((values) => values.map((value) => -value));
    const back = decide(faster, turned[0] ?? [], turned[1] ?? [], turned[2]);
    expect(there.status).toBe(status);
    expect(back.status).toBe(status);
    expect(back.sides).toBe(there.sides);
    expect(back.change.phi).toBeCloseTo(-there.change.phi, 12);
  });
});

test("a level from before a transition is believed no more than the transition is known", () => {
  // The pair agrees; by a level that is known to 5 % neither moved.
  const unsure = { ...suspect, level: { ...suspect.level, linkVariance: 0.05 ** 2 }, change: 0.1 };
  expect(decide(unsure, [0.1], [0.1], [0.1]).status).toBe("rejected");
  expect(decide({ ...suspect, change: 0.1 }, [0.1], [0.1], [0.1]).status).toBe("drifted");
});
