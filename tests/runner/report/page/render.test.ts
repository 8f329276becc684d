import { expect, test } from "vitest";
import type { PageIndex } from "../../../../runner/report/page/data.ts";
import { renderReports } from "../../../../runner/report/markdown.ts";
import { commonModeIn } from "../../../../runner/timeline/common-mode.ts";
import { noiseIn } from "../../../../runner/timeline/noise.ts";
import { resultsOf } from "../../../../runner/timeline/results-builder.ts";
import { made, whole, handed, files } from "../../../page/page-data.ts";

test("a new revision changes the files of the newest year alone, and what is said of benchmarks in one file for all", () => {
  const last = made.history.at(-1)?.id;
  const before = made.sessions.filter(({ subject }) => subject.kind === "baseline" || subject.revision !== last);
  const earlier = renderReports({ ...whole, history: made.history.slice(0, -1), results: resultsOf(before) });
  const years = (handed("index") as PageIndex).years.map(([year]) => year);
  const changed = [...files]
    .filter(([path, text]) => /\/(points|revisions|benchmarks)\//.test(path) && path.startsWith("docs/") && earlier.get(path) !== text)
    .map(([path]) => path);
  expect(changed.length).toBeGreaterThan(0);
  expect(changed.every((path) => path.includes(String(years.at(-1))))).toBe(true);
  expect(years.length).toBeGreaterThan(1);
  expect(handed("hosts/bench/sentences")).not.toEqual(handed("hosts/bench/sentences", earlier));
});

test("the page knows what sessions of a host share, as they tell it", () => {
  const { hosts } = handed("index") as PageIndex;
  const known = commonModeIn(whole.results, noiseIn(whole.results, { declared: made.listed }));
  expect(known.pairs).toBeGreaterThan(0);
  expect(hosts[0]?.common.pairs).toBe(known.pairs);
  expect(hosts[0]?.common.correlation).toBeCloseTo(known.correlation, 3);
});
