import { expect, test } from "vitest";
import { benchmarksOfEqualSamples } from "../../../runner/timeline/equal-samples.ts";
import { estimate } from "../../../runner/timeline/estimate.ts";
import { resultsOf } from "../../../runner/timeline/results-builder.ts";
import { failed, measured, session } from "../report/fixture.ts";

const { standardError: error } = estimate(Array.from({ length: 15 }, () => 0.3));
const equal = measured(0.3, { error });

test("benchmarks of equal samples are those whose newest value has no spread at all", () => {
  const results = resultsOf([
    session(0, { level: { compiled: equal }, mended: { compiled: equal }, gone: { compiled: equal } }),
    session(1, { level: { compiled: equal }, mended: { compiled: measured(0.3) }, wild: { compiled: measured(1) } }, { serial: 1 }),
    session(2, { level: { compiled: failed() }, mended: {}, wild: {} }, { serial: 2 }),
  ]);
  const listed = results.sessions.at(-1)?.listed ?? [];
  expect(benchmarksOfEqualSamples(results, "e1", listed)).toEqual(["level"]);
  expect(benchmarksOfEqualSamples(results, "e2", listed)).toEqual([]);
});
