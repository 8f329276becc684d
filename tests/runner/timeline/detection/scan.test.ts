import { expect, test } from "vitest";
import { largestT } from "../../../../runner/timeline/detection/scan.ts";

test("no cut is made where what lies after it was measured before a transition", () => {
  const values = [0, 0, 0, 1, 1, 1, 1, 1];
  expect(largestT(values)?.split).toBe(3);
  expect(largestT(values, { linkErrors: [0.1, 0.1, 0.1, 0.1, 0.1, 0, 0, 0] })?.split).toBeGreaterThan(4);
});
