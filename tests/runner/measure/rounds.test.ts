import { describe, expect, test } from "vitest";
import { scheduleRounds } from "../../../runner/measure/rounds.ts";

const described = (blocks: ReturnType<typeof scheduleRounds<string>>): string[] =>
  blocks.map(({ of, round, first, count }) => `${of} round ${round}: ${first}+${count}`);

const samplesOf = (of: string): number => (of === "noisy" ? 12 : 5);

describe("rounds", () => {
  test("take a block of every benchmark before a second of any", () => {
    expect(described(scheduleRounds(["a", "b"], { samplesOf: () => 10, blockSize: 5 }))).toEqual([
      "a round 0: 0+5",
      "b round 0: 0+5",
      "a round 1: 5+5",
      "b round 1: 5+5",
    ]);
  });

  test("end at the number of samples wanted, whatever the size of a block", () => {
    expect(described(scheduleRounds(["a"], { samplesOf: () => 7, blockSize: 5 }))).toEqual(["a round 0: 0+5", "a round 1: 5+2"]);
    expect(described(scheduleRounds(["a"], { samplesOf: () => 3, blockSize: 5 }))).toEqual(["a round 0: 0+3"]);
  });

  test("go on at the same sample numbers after a kill, in the same rounds", () => {
    const kept = new Map([
      ["a", 10],
      ["b", 5],
    ]);
    expect(described(scheduleRounds(["a", "b", "c"], { samplesOf: () => 15, blockSize: 5, taken: kept }))).toEqual([
      "c round 0: 0+5",
      "b round 1: 5+5",
      "c round 1: 5+5",
      "a round 2: 10+5",
      "b round 2: 10+5",
      "c round 2: 10+5",
    ]);
  });

  test("go on with those that want more, once the others have what they want", () => {
    expect(described(scheduleRounds(["calm", "noisy", "steady"], { samplesOf, blockSize: 5 }))).toEqual([
      "calm round 0: 0+5",
      "noisy round 0: 0+5",
      "steady round 0: 0+5",
      "noisy round 1: 5+5",
      "noisy round 2: 10+2",
    ]);
    expect(scheduleRounds([], { samplesOf, blockSize: 5 })).toEqual([]);
  });

  test("leave nothing out and take nothing twice, wherever the kill was", () => {
    for (let kept = 0; kept <= 15; kept++) {
      const numbers = scheduleRounds(["a"], { samplesOf: () => 15, blockSize: 5, taken: new Map([["a", kept]]) }).flatMap(
        ({ first, count }) => Array.from({ length: count }, (_, offset) => first + offset),
      );
      expect(numbers).toEqual(Array.from({ length: 15 - kept }, (_, offset) => kept + offset));
    }
  });
});
