import { expect, test } from "vitest";
import { Schedule } from "../../../runner/measure/schedule.ts";

type Options = Partial<ConstructorParameters<typeof Schedule<string>>[1]>;

function scheduleOf(all: string[], options: Options = {}): Schedule<string> {
  return new Schedule(all, { samplesOf: () => 4, blockSize: 2, taken: new Map(), ...options });
}

/** Takes what is left. Returns each block as `a 0: 0+2`, marked where it is the last of its subject. */
function takeAll(schedule: Schedule<string>): string[] {
  const described: string[] = [];
  for (let block = schedule.next; block; block = schedule.next) {
    described.push(`${block.of} ${block.round}: ${block.first}+${block.count}${schedule.isLastOf(block) ? ", last" : ""}`);
    schedule.advance();
  }
  return described;
}

test("goes through the rounds, and knows the last block of each", () => {
  expect(takeAll(scheduleOf(["a", "b"]))).toEqual(["a 0: 0+2", "b 0: 0+2", "a 1: 2+2, last", "b 1: 2+2, last"]);
});

test("goes on behind what was taken before", () => {
  expect(takeAll(scheduleOf(["a", "b"], { taken: new Map([["a", 2]]) }))).toEqual(["b 0: 0+2", "a 1: 2+2, last", "b 1: 2+2, last"]);
});

test("leaves out later blocks of what was given up, which count as done when they are passed", () => {
  const schedule = scheduleOf(["a", "b"]);
  schedule.giveUp();
  expect(schedule.progress).toEqual({ blocksDone: 1, blocks: 4 });
  schedule.advance();
  expect(schedule.next).toMatchObject({ of: "b", round: 1 });
  expect(schedule.progress).toEqual({ blocksDone: 3, blocks: 4 });
});

test("plans what is left anew where more samples are wanted, without what was given up", () => {
  let wanted = 2;
  const schedule = scheduleOf(["a", "b", "c"], { samplesOf: () => wanted });
  schedule.giveUp();
  schedule.advance();
  schedule.advance();
  expect(schedule.next).toBeUndefined();
  wanted = 5;
  schedule.plan();
  expect(schedule.progress).toEqual({ blocksDone: 3, blocks: 7 });
  expect(takeAll(schedule)).toEqual(["b 1: 2+2", "c 1: 2+2", "b 2: 4+1, last", "c 2: 4+1, last"]);
});

test("counts the rounds of each by the samples that it wants", () => {
  const schedule = scheduleOf(["a", "b"], { samplesOf: (of) => (of === "a" ? 5 : 2) });
  expect(schedule.next && schedule.roundsOf(schedule.next)).toBe(3);
  schedule.advance();
  expect(schedule.next && schedule.roundsOf(schedule.next)).toBe(1);
});
