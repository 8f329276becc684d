import { expect, test } from "vitest";
import { commonModeText, meanText } from "../../../runner/report/common-mode.ts";

const common = { correlation: 0.25, ofQuiet: 0, degreesOfFreedom: 4, pairs: 3 };

test("shared noise is estimated from pairs of sessions, or assumed as long as there are none", () => {
  expect(commonModeText(common)).toMatch(/25(\.0)? % of its variance, estimated from 3 pairs of sessions$/);
  expect(commonModeText({ ...common, pairs: 0 })).toMatch(/25(\.0)? % of its variance is assumed until/);
});

test("the mean's interval is called too narrow unless the noise of every benchmark in it is known", () => {
  expect(meanText(common, true)).not.toMatch(/too narrow/);
  expect(meanText(common, false)).toMatch(/too narrow$/);
});
