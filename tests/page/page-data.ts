import { expect } from "vitest";
import { isMeasured, pointsOf, shownSeconds, type YearOfPoints } from "../../page/points.ts";
import type { PageBenchmark, PageIndex, PageYear } from "../../runner/report/page/data.ts";
import type { Session } from "../../runner/model.ts";
import type { ReportInput } from "../../runner/report/input.ts";
import { renderReports } from "../../runner/report/markdown.ts";
import { hasError, type Quantity } from "../../runner/timeline/quantity.ts";
import { resultsOf } from "../../runner/timeline/results-builder.ts";
import { timeline } from "../../runner/timeline/timeline.ts";
import { latestScalingFactors } from "../../runner/timeline/chain.ts";
import { shownSeconds as shownInTimeline } from "../../runner/timeline/segment.ts";
import { synthetic } from "../../bench/report/synthetic.ts";
import { input } from "../runner/report/fixture.ts";

export const made = synthetic(3, 1200);
const current = made.environments[1]?.id ?? "";
export const whole = input({
  environments: new Map(made.environments.map((one) => [one.id, one])),
  currentEnvironment: current,
  history: made.history,
  scalingFiles: made.scalingFiles,
  benchmarks: made.listed,
  results: resultsOf(made.sessions),
  now: made.sessions.at(-1)?.ended ?? "",
});
export const files = renderReports(whole);

/** Content that a data file passes to the page. */
export function handed(name: string, from: ReadonlyMap<string, string> = files): unknown {
  const text = from.get(`docs/data/${name}.js`) ?? "";
  const [, value = "null"] = /^evenkeel\("[^"]*",(.*)\)\n$/s.exec(text) ?? [];
  return JSON.parse(value);
}

export function loaded(file: string, from?: ReadonlyMap<string, string>): { content: PageBenchmark; years: YearOfPoints[] } {
  const { years, hosts } = handed("index", from) as PageIndex;
  const folder = `hosts/${hosts[0]?.file ?? ""}`;
  const content = handed(`${folder}/benchmarks/${file}`, from) as PageBenchmark;
  const start = (year: number) => years.filter(([one]) => one < year).reduce((sum, [, count]) => sum + count, 0);
  return {
    content,
    years: content.years.map(([year]) => ({ content: handed(`${folder}/points/${year}/${file}`, from) as PageYear, start: start(year) })),
  };
}

/** Places and seconds of the line, as the page computes them from its data and as the timeline has them. */
export function bothLines(whole: ReportInput, sessions: readonly Session[], name: string, from: ReadonlyMap<string, string>) {
  const { history, scalingFiles, hosts } = whole;
  const { benchmarks: listed = [], currentEnvironment = "" } = hosts[0] ?? {};
  const line = timeline({ history, sessions, listed, currentEnvironment, scalingFactors: latestScalingFactors(scalingFiles) })
    .benchmarks.find((one) => one.name === name)
    ?.series[0]?.line.flatMap(({ segment, point, position }) =>
      point.status === "measured" ? [{ position, seconds: shownInTimeline(segment, point) ?? point.seconds }] : [],
    );
  const { content, years } = loaded(name, from);
  const [series] = content.series;
  if (!series || !line) throw new Error("no series");
  const shown = pointsOf(series, content, years).filter((point) => point.shown);
  const values = shown.filter(isMeasured).map((point) => ({ position: point.position, seconds: shownSeconds(point) }));
  return { line, values, years };
}

/** An error that is not known as a number that is like no other. */
function errorOf(seconds: Quantity | undefined): number {
  return seconds && !hasError(seconds) ? -1 : (seconds?.standardError ?? 0);
}

export function expectSame(values: readonly { position: number; seconds: Quantity }[], line: typeof values): void {
  expect(values.map(({ position }) => position)).toEqual(line.map(({ position }) => position));
  for (const [index, { seconds }] of values.entries()) {
    const expected = line[index]?.seconds;
    expect(seconds.value / (expected?.value ?? 0)).toBeCloseTo(1, 5);
    expect(errorOf(seconds) / errorOf(expected)).toBeCloseTo(1, 3);
    expect(seconds.degreesOfFreedom / (expected?.degreesOfFreedom ?? 0)).toBeCloseTo(1, 2);
  }
}
