import { describe, expect, test } from "vitest";
import type { Listed } from "../../../runner/model.ts";
import { blockingProblem, brokenIn, isDue, merged, type Answer, type Kept } from "../../../runner/queue/kept-listing.ts";
import { textsOf } from "../../../runner/queue/listing-text.ts";

const monday = "2025-12-01T00:00:00.000Z";
const tuesday = "2025-12-02T00:00:00.000Z";

const listed = (...names: string[]): Listed[] =>
  names.map((name) => ({ name, group: "main", variants: ["compiled", "interpreted"], workload: "w" }));

const torn = { what: "benchmarks/torn.py", problem: "SyntaxError", benchmarks: ["torn"] };
const sound: Answer = { listed: listed("a", "torn"), unlisted: [], interpreted: { a: "f" } };
const partly: Answer = { listed: listed("a", "torn"), unlisted: [torn], interpreted: { a: "f" } };
const suites: Answer = { problem: { message: "ImportError", isSuites: true } };
const others: Answer = { problem: { message: "dependencies: no wheel", isSuites: false } };

/** Returns the kept listing after these answers of one revision of the suite, with other requirements each. */
function after(...answers: Answer[]): Kept {
  let kept: Kept | undefined;
  for (const [nth, answer] of answers.entries()) {
    const since = { since: kept?.problem?.since, now: nth === 0 ? monday : tuesday };
    kept = { suite: "5".repeat(40), environment: "e", dependencies: `d${nth}`, setup: "s", ...merged(kept, answer, since) };
  }
  if (!kept) throw new Error("no answers");
  return kept;
}

const measurable = ({ benchmarks }: Kept) => benchmarks?.map(({ name }) => name);

describe("the kept listing", () => {
  test("a suite that could never be listed stops all that is new, by its own fault alone", () => {
    expect(blockingProblem(after(suites))).toBe("ImportError");
    expect(blockingProblem(after(others))).toBeUndefined();
    expect(textsOf(after(suites))).toEqual([
      `the suite cannot be listed since ${monday}, so nothing new is measured: ImportError (suite 555555555555)`,
    ]);
  });

  test.each([
    ["the suite", suites],
    ["what it is asked with", others],
  ])("what was listed with earlier requirements stands beside the reason, whether %s failed", (_, answer) => {
    const kept = after(sound, answer);
    expect([measurable(kept), blockingProblem(kept), kept.interpreted]).toEqual([["a", "torn"], undefined, {}]);
    expect(textsOf(kept)).toEqual([expect.stringMatching(/^the suite cannot be listed since .*, so no baseline is planned: /)]);
    expect(textsOf(after(sound, answer, sound))).toEqual([]);
  });

  test("the reason keeps the day that it began on", () => {
    expect(after(others, suites).problem?.since).toBe(monday);
  });

  test("a module that cannot be imported is the suite's fault, until it is repaired", () => {
    const kept = after(partly);
    expect([measurable(kept), [...brokenIn(kept)]]).toEqual([["a"], ["torn"]]);
    expect(textsOf(kept)).toEqual(["benchmarks/torn.py is not measured: SyntaxError (torn)"]);
    expect([measurable(after(partly, sound)), textsOf(after(partly, sound))]).toEqual([["a", "torn"], []]);
  });

  test("a module that could be imported with other requirements is no fault of the suite, and shown nevertheless", () => {
    const kept = after(sound, partly);
    expect([measurable(kept), [...brokenIn(kept)]]).toEqual([["a", "torn"], []]);
    expect(textsOf(kept)).toHaveLength(1);
  });

  test.each([
    ["what is listed in full", sound, []],
    ["a problem", suites, [10]],
    ["a module that cannot be imported", partly, [60]],
  ])("%s is asked for again when requirements change, and by time where it may heal", (_, answer, minutes) => {
    const kept = after(answer);
    expect(isDue(kept, { dependencies: "others", setup: "s" }, Date.parse(monday))).toBe(true);
    expect(
      [9, 10, 59, 60].filter((minute) => isDue(kept, { ...kept, setup: "s" }, Date.parse(monday) + minute * 60_000)).slice(0, 1),
    ).toEqual(minutes);
  });

  test.each([
    ["what is listed in full is not", sound, false],
    ["a suite that could not be listed is", suites, true],
    ["a suite with a module that cannot be imported is", partly, true],
  ])("%s asked for again once packages or limits are others", (_, answer, isAsked) => {
    const kept = after(answer);
    expect(isDue(kept, { ...kept, setup: "corrected" }, Date.parse(monday))).toBe(isAsked);
  });
});
