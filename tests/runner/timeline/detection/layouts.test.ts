import { expect, test } from "vitest";
import { layoutsVerdict, meanOf, mostPairs } from "../../../../runner/timeline/detection/layouts.ts";

const noise = 0.002;
/** As many pairs as are taken at most, all with one difference. */
const differences = (size: number) => Array.from({ length: mostPairs }, () => size);
const verdictOf = (change: number, differences: readonly number[]) => layoutsVerdict(change, noise, differences).status;

test("one pair decides nothing, whatever it says", () => {
  expect(verdictOf(0.05, [])).toBe("open");
  expect(verdictOf(0.05, [0.05])).toBe("open");
  expect(verdictOf(0.05, [0])).toBe("open");
});

test.each([0.05, -0.05])("a change of %d that two pairs show is of the code, one that neither shows of the binaries", (change) => {
  expect(verdictOf(change, [change, 0.9 * change])).toBe("code");
  expect(verdictOf(change, [0, 0.1 * change])).toBe("binary");
});

test("a change as small as layouts make takes more pairs, or cannot be told", () => {
  expect(verdictOf(0.02, differences(0.02).slice(0, 2))).toBe("open");
  expect(verdictOf(0.02, differences(0.02))).toBe("code");
  expect(verdictOf(0.006, differences(0.006))).toBe("untold");
});

test("pairs that contradict each other tell nothing: layouts of this benchmark differ by more", () => {
  expect(verdictOf(0.05, [0.12, -0.07, 0.1, -0.05, 0.1, -0.06])).toBe("untold");
});

test("the size is the mean of the pairs, with an error no smaller than few pairs allow", () => {
  const { phi, standardError, degreesOfFreedom } = meanOf(noise, [0.04, 0.06]);
  expect(phi).toBeCloseTo(0.05);
  // sqrt((4 * 2 * (1.4^2 + .2^2) + 2) / 5 / 2) %
  expect(standardError).toBeCloseTo(0.0134, 4);
  expect(degreesOfFreedom).toBe(5);
});
