import { expect, test } from "vitest";
import { building, finishedText, sampling, secondsLeft, withBlock, withBlockBegun, withStep } from "../../../runner/progress/activity.ts";
import { journalOf, measuring } from "../commands/example.ts";

test("the time left is that of missing samples at the pace of each benchmark's newest block", () => {
  // Two blocks of 2 s of six; the third has been at work for half a second.
  const activity = measuring(["a", "b"], 2);
  expect(secondsLeft(activity, activity.blockBegun)).toBeCloseTo(8, 6);
  expect(secondsLeft(activity, activity.blockBegun + 500)).toBeCloseTo(7.5, 6);
  expect(secondsLeft(activity, activity.blockBegun + 60_000)).toBe(0);
});

test("a benchmark without a block yet is expected to take as long as the others do", () => {
  expect(secondsLeft(measuring(["a", "b", "c", "d"], 1), 12_000)).toBeCloseTo(2 * 11, 6);
});

test("a benchmark that failed takes no more time", () => {
  const activity = measuring(["a", "b"], 2, { failing: "a" });
  expect(secondsLeft(activity, activity.blockBegun)).toBeCloseTo(4, 6);
});

test("before the first block, the time left is that of similar items; without these, it is unknown", () => {
  expect(secondsLeft(building("baselines", "baseline", 0, 100), 30_000)).toBe(70);
  expect(secondsLeft(sampling(building("baselines", "baseline", 0, 100), journalOf(["a"]), 40_000), 40_000)).toBe(60);
  expect(secondsLeft(building("baselines", "baseline", 0), 30_000)).toBeUndefined();
});

test("a resumed session counts its earlier blocks", () => {
  const journal = journalOf(["a", "b"]);
  const conditions = { load: 0.5, throttled: 0, swapped: 0 };
  const block = { benchmark: "a", variant: "compiled" as const, round: 0, samples: [1, 1, 1, 1, 1], wallSeconds: 1, conditions, at: "" };
  const resumed = sampling(building("revision", "new", 0), { ...journal, blocks: [block] }, 0);
  expect(resumed.tracks.map(({ samples }) => samples.length)).toEqual([5, 0]);
  const begun = withBlockBegun(resumed, { benchmark: "b", variant: "compiled", round: 0, rounds: 3, blocksDone: 0, blocks: 5 }, 1, 0);
  expect(begun.blocks).toEqual({ done: 1, total: 6 });
});

test("a build's lines count finished modules", () => {
  const build = withStep(building("revision", "new", 0), "compiled benchmarks.text (2 of 5)");
  expect(build.step).toEqual({ text: "compiled benchmarks.text (2 of 5)", done: 2, total: 5 });
  expect(withStep(build, "preparing word_count: write_text").step).toMatchObject({ done: 2, total: 5 });
});

test("a finished benchmark's line of the log has its estimate and how many samples that is of", () => {
  const [track] = measuring(["richards"], 3).tracks;
  expect(track && finishedText(track)).toBe("richards (compiled) 995 ± 11 µs (15 samples)");
});

test("a line of the log warns of samples that are all equal, unless that is expected", () => {
  const block = { benchmark: "a", variant: "compiled" as const, samples: [3, 3, 3, 3, 3] };
  const finished = (mayBeEqual?: () => boolean): string[] =>
    withBlock(sampling(building("revision", "new", 0), journalOf(["a"]), 0, mayBeEqual), block, 0).tracks.map(finishedText);
  expect(finished()).toEqual(["a (compiled) 3.000 s (5 samples, warning: all samples equal)"]);
  expect(finished(() => true)).toEqual(["a (compiled) 3.000 s (5 samples)"]);
});
