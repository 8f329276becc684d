import { expect, test } from "vitest";
import { renderReports } from "../../runner/report/markdown.ts";
import { hasError } from "../../runner/timeline/quantity.ts";
import { listedIn } from "../../runner/run/reporting.ts";
import { imported, sample, smallSample } from "../runner/import/fixture.ts";
import { input, revision } from "../runner/report/fixture.ts";
import { bothLines, whole, made, files, expectSame } from "./page-data.ts";

test("the page computes from its data the very values and intervals that the reports have, across a transition too", () => {
  const { line, values, years } = bothLines(whole, made.sessions, made.listed[1]?.name ?? "", files);
  expect(years.length).toBeGreaterThan(1);
  expectSame(values, line);
});

test("imported values have on the page what they have in the reports: the same error, or none that is known", () => {
  const layout = sample();
  const plan = imported(layout.rows, layout.scaling, undefined, () => "imported");
  const history = smallSample()
    .eras.flatMap(({ revisions }) => revisions)
    .map((id, number) => ({ ...revision(number), id }));
  const { sessions, scalingFiles, environments } = plan;
  const shown = listedIn(sessions, "");
  const own = input({
    history,
    sessions,
    scalingFiles,
    environments: new Map(environments.map((one) => [one.id, one])),
    ...shown,
    now: sessions.at(-1)?.ended ?? "",
  });
  const from = renderReports(own);
  const errors = shown.benchmarks.flatMap(({ name }) => {
    const { line, values } = bothLines(own, sessions, name, from);
    expectSame(values, line);
    return values.map(({ seconds }) => hasError(seconds));
  });
  expect(new Set(errors)).toEqual(new Set([true, false]));
});
