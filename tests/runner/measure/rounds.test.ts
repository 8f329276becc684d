import { describe, expect, test } from "vitest";
import { scheduleRounds, type Wanted } from "../../../runner/measure/rounds.ts";

const told = (blocks: ReturnType<typeof scheduleRounds<string>>): string[] =>
  blocks.map(({ of, round, first, count }) => `${of} round ${round}: ${first}+${count}`);

const wanted = (samples: number, all: string[], taken: (of: string) => number = () => 0): Wanted<string>[] =>
  all.map((of) => ({ of, samples, taken: taken(of) }));

describe("rounds", () => {
  test("take a block of every benchmark before a second of any", () => {
    expect(told(scheduleRounds(wanted(10, ["a", "b"]), 5))).toEqual([
      "a round 0: 0+5",
      "b round 0: 0+5",
      "a round 1: 5+5",
      "b round 1: 5+5",
    ]);
  });

  test("end at the number of samples wanted, whatever the size of a block", () => {
    expect(told(scheduleRounds(wanted(7, ["a"]), 5))).toEqual(["a round 0: 0+5", "a round 1: 5+2"]);
    expect(told(scheduleRounds(wanted(3, ["a"]), 5))).toEqual(["a round 0: 0+3"]);
  });

  test("a benchmark that wants fewer samples is left out of the later ones", () => {
    const entries = [
      { of: "a", samples: 5 },
      { of: "b", samples: 10 },
    ];
    expect(told(scheduleRounds(entries, 5))).toEqual(["a round 0: 0+5", "b round 0: 0+5", "b round 1: 5+5"]);
  });

  test("go on at the same sample numbers after a kill, in the same rounds", () => {
    const kept = new Map([
      ["a", 10],
      ["b", 5],
    ]);
    const taken = (of: string): number => kept.get(of) ?? 0;
    expect(told(scheduleRounds(wanted(15, ["a", "b", "c"], taken), 5))).toEqual([
      "c round 0: 0+5",
      "b round 1: 5+5",
      "c round 1: 5+5",
      "a round 2: 10+5",
      "b round 2: 10+5",
      "c round 2: 10+5",
    ]);
  });

  test("leave nothing out and take nothing twice, wherever the kill was", () => {
    for (let kept = 0; kept <= 15; kept++) {
      const numbers = scheduleRounds(
        wanted(15, ["a"], () => kept),
        5,
      ).flatMap(({ first, count }) => Array.from({ length: count }, (_, offset) => first + offset));
      expect(numbers).toEqual(Array.from({ length: 15 - kept }, (_, offset) => kept + offset));
    }
  });
});
