import { expect, test } from "vitest";
import { exitCodeOf, verifiedText, type Verified } from "../../../runner/commands/verify.ts";
import { verdict } from "../../../runner/timeline/verdict.ts";

const seconds = (value: number) => ({ value, standardError: 0.001, degreesOfFreedom: 20 });
const scalingFactor = { phi: 0, standardError: 0.001, degreesOfFreedom: 8 };

const found: Verified = {
  verdict: "broken",
  why: "sort moved",
  verification: {
    by: "empty-commit",
    revision: "14a6cf0f7bd6".padEnd(40, "0"),
    before: "22e16ea7aaaaaaaa",
    verdict: verdict([
      { benchmark: "sort", variant: "compiled", old: seconds(1), new: seconds(1.05), scalingFactor, sigma: 0.002 },
      { benchmark: "a_long_name", variant: "compiled", old: seconds(1), new: seconds(1), scalingFactor, sigma: 0.002 },
    ]),
    needs: [{ benchmark: "sort", revisions: [], sessions: 1 }],
  },
};

test("verify exits 0, 1 or 3: inconclusive does not pass", () => {
  const codes = (["continuous", "broken", "inconclusive"] as const).map((verdict) => exitCodeOf({ verdict, why: "" }));
  expect(codes).toEqual([0, 1, 3]);
});

test("verify prints a line for the suite, the basis of the verdict, and a line of numbers per benchmark", () => {
  const lines = verifiedText(found).split("\n");
  expect(lines.slice(0, 3)).toEqual([
    "broken: sort moved",
    "Judged by the empty commit 14a6cf0f7bd6 against environment 22e16ea7.",
    "Suite: benchmarks of a session share noise: 15 % of its variance is assumed until two sessions measure the same programs.",
  ]);
  expect(lines[3]).toMatch(/^ {2}sort {9}broken +\+5\.0\d % ± 0\.\d\d % \(standard error\) {2}margin 1\.00 % {2}\S/);
  expect(lines[4]).toMatch(/^ {2}a_long_name {2}continuous {5,}0\.00 % ± 0\.\d\d % \(standard error\) {2}margin 1\.00 %$/);
  expect(lines[5]).toBe("further sessions of 1 benchmark are in the queue");
});
