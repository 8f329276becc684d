import { expect, test } from "vitest";
import { decisionsOf, indexesOf, readingsOf, settledIn, standing } from "../../../../runner/timeline/detection/readings.ts";
import { decision, idOf, scalingFactor } from "../../report/fixture.ts";
import { a, b, seriesOf, taken } from "../linked-series.ts";

/** Revisions 1 and 2 in a, 3 to 6 in b. */
const series = seriesOf(
  [1, 2, 3, 4, 5, 6].map((number) => taken(number, number < 3 ? "a" : "b", 1)),
  [scalingFactor(a, b, Math.log(0.5))],
  "b",
);
const seen = readingsOf(series);
const here = { context: { environment: "b", workload: "w1" } };

test("readings are in today's seconds, and carry the error of the factor that brought them there", () => {
  expect(seen.map(({ reading }) => [Math.exp(reading.value).toFixed(2), reading.linkError > 0])).toEqual([
    ["0.50", true],
    ["0.50", true],
    ["1.00", false],
    ["1.00", false],
    ["1.00", false],
    ["1.00", false],
  ]);
  expect(indexesOf(seen).get(idOf(4))).toBe(3);
});

test("only decisions that no later one narrows down stand", () => {
  const wide = decision(5, { skipped: 2 });
  const narrow = decision(4, { n: 2, supersedes: { firstBad: wide.firstBad, n: wide.n } });
  expect(standing([wide, narrow, decision(6)])).toEqual([narrow, decision(6)]);
  expect(standing([wide, { ...narrow, benchmark: "tree" }])).toHaveLength(2);
});

test("decisions of another benchmark, variant, environment or version are not about a series", () => {
  const own = decision(4, here);
  const others = [
    decision(4, { ...here, benchmark: "tree" }),
    decision(4, { ...here, variant: "interpreted" }),
    decision(4, { context: { environment: "c", workload: "w1" } }),
    decision(4, { context: { environment: "b", workload: "w1-v2" } }),
  ];
  expect(decisionsOf([own, ...others], "sort", series)).toEqual([own]);
});

test("decisions settle the readings of their revisions", () => {
  const settled = settledIn(seen, [
    decision(6, { lastGood: idOf(3), skipped: 2 }),
    decision(5, { outcome: "drifted" }),
    decision(4, { outcome: "rejected", noticed: idOf(6) }),
    decision(3, { outcome: "unconfirmable" }),
  ]);
  expect(settled).toEqual({
    changes: [{ split: 5, good: 2 }],
    drifts: [4],
    rejected: [
      { split: 3, noticed: 5 },
      { split: 2, noticed: Infinity },
    ],
  });
});

test("what is far apart, off the line, or was rejected before revisions between were measured, settles nothing", () => {
  const nothing = { changes: [], drifts: [], rejected: [] };
  expect(settledIn(seen, [decision(5, { found: "creeping" })])).toEqual(nothing);
  expect(settledIn(seen, [decision(15)])).toEqual(nothing);
  expect(settledIn(seen, [decision(6, { outcome: "rejected", lastGood: idOf(3) })])).toEqual(nothing);
});
