import { expect, test } from "vitest";
import { compareEnvironments, compareRevisions } from "../../page/comparison.ts";
import { isMeasured, pointsOf, shownSeconds, valueAt, type YearOfPoints } from "../../page/points.ts";
import { tracksOf } from "../../page/tracks.ts";
import type { PageBenchmark, PageIndex, PageRevisions, PageYear } from "../../runner/report/page/data.ts";
import type { Session } from "../../runner/model.ts";
import type { ReportInput } from "../../runner/report/input.ts";
import { renderReports } from "../../runner/report/markdown.ts";
import { commonModeIn } from "../../runner/timeline/common-mode.ts";
import { geometricMean } from "../../runner/timeline/compare.ts";
import { noiseIn } from "../../runner/timeline/noise.ts";
import { hasError, type Quantity } from "../../runner/timeline/quantity.ts";
import { listedIn } from "../../runner/run/reporting.ts";
import { resultsOf } from "../../runner/timeline/results-builder.ts";
import { timeline } from "../../runner/timeline/timeline.ts";
import { latestScalingFactors } from "../../runner/timeline/chain.ts";
import { shownSeconds as shownInTimeline } from "../../runner/timeline/segment.ts";
import { synthetic } from "../../bench/report/synthetic.ts";
import { imported, sample, smallSample } from "../runner/import/fixture.ts";
import { decision, failed, history, idOf, input, measured, revision, session } from "../runner/report/fixture.ts";

const made = synthetic(3, 1200);
const current = made.environments[1]?.id ?? "";
const whole = input({
  environments: new Map(made.environments.map((one) => [one.id, one])),
  currentEnvironment: current,
  history: made.history,
  scalingFiles: made.scalingFiles,
  benchmarks: made.listed,
  results: resultsOf(made.sessions),
  now: made.sessions.at(-1)?.ended ?? "",
});
const files = renderReports(whole);

/** What a file of data hands to the page. */
function handed(name: string, from: ReadonlyMap<string, string> = files): unknown {
  const text = from.get(`docs/data/${name}.js`) ?? "";
  const [, value = "null"] = /^evenkeel\("[^"]*",(.*)\)\n$/s.exec(text) ?? [];
  return JSON.parse(value);
}

function loaded(file: string, from?: ReadonlyMap<string, string>): { content: PageBenchmark; years: YearOfPoints[] } {
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
function bothLines(whole: ReportInput, sessions: readonly Session[], name: string, from: ReadonlyMap<string, string>) {
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

test("the page compares two versions of a benchmark no more than the reports do", () => {
  const sessions = ["w1", "w1-v2"].map((workload, serial) =>
    session(serial, { sort: { compiled: measured(0.01, { workload }) } }, { serial }),
  );
  const benchmarks = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w1-v2" }];
  const { content, years } = loaded("sort", renderReports(input({ sessions, benchmarks })));
  const [series] = content.series;
  if (!series) throw new Error("no series");
  const [old, now] = pointsOf(series, content, years).filter(isMeasured);
  expect([old?.segment.state, now?.segment.state]).toEqual(["other version", "linked"]);
  expect(compareRevisions("sort", series, old, now, [0, 1])).toMatchObject({
    ratio: undefined,
    why: "different versions of the benchmark",
  });
  expect(compareEnvironments("sort", series, "e1", "e1")).toMatchObject({ ratio: { value: 1 } });
});

test("a comparison has the confirmed changes between both sides, chained, and turned where the later side is the first", () => {
  const sessions = Array.from({ length: 6 }, (_, number) => session(number, { sort: { compiled: measured(0.01) } }, { serial: number }));
  const decisions = [decision(2), decision(4, { lastGood: idOf(3) })];
  const { content, years } = loaded("sort", renderReports(input({ history: history(6), sessions, decisions })));
  const [series] = content.series;
  if (!series) throw new Error("no series");
  const points = pointsOf(series, content, years);
  const confirmed = (a: number, b: number) => compareRevisions("sort", series, valueAt(points, a), valueAt(points, b), [a, b]).confirmed;
  expect(confirmed(0, 1)).toBeUndefined();
  expect(confirmed(1, 2)).toEqual({ text: "+5.13 % ± 0.46 %", direction: "slower" });
  expect(confirmed(0, 5)).toEqual({ text: "+10.52 % ± 0.65 %", direction: "slower" });
  expect(confirmed(5, 3)).toEqual({ text: "−4.88 % ± 0.42 %", direction: "faster" });
});

/** An error that is not known as a number that is like no other. */
function errorOf(seconds: Quantity | undefined): number {
  return seconds && !hasError(seconds) ? -1 : (seconds?.standardError ?? 0);
}

function expectSame(values: readonly { position: number; seconds: Quantity }[], line: typeof values): void {
  expect(values.map(({ position }) => position)).toEqual(line.map(({ position }) => position));
  for (const [index, { seconds }] of values.entries()) {
    const expected = line[index]?.seconds;
    expect(seconds.value / (expected?.value ?? 0)).toBeCloseTo(1, 5);
    expect(errorOf(seconds) / errorOf(expected)).toBeCloseTo(1, 3);
    expect(seconds.degreesOfFreedom / (expected?.degreesOfFreedom ?? 0)).toBeCloseTo(1, 2);
  }
}

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

test("years follow the history: a date that runs backwards, or ahead of the clock, moves no revision", () => {
  const history = [revision(0, 10), revision(1, 400), revision(2, 20), revision(3, 5000)];
  const from = renderReports(input({ history, now: "2027-06-01T00:00:00.000Z" }));
  expect((handed("index", from) as PageIndex).years).toEqual([
    [2026, 1],
    [2027, 3],
  ]);
  expect((handed("revisions/2027", from) as PageRevisions).ids).toEqual(history.slice(1).map(({ id }) => id));
});

test("a failure ends the line of a chart, and is no value", () => {
  const sessions = [measured(1), failed(), measured(2)].map((compiled, number) =>
    session(number, { sort: { compiled } }, { serial: number }),
  );
  const from = renderReports(input({ sessions, now: revision(3).committed }));
  const content = handed("hosts/host/benchmarks/sort", from) as PageBenchmark;
  const points = content.series.flatMap((one) =>
    pointsOf(one, content, [{ content: handed("hosts/host/points/2026/sort", from) as PageYear, start: 0 }]),
  );
  const { tracks, failures } = tracksOf(points, "continuous");
  expect(tracks.map(({ values }) => values)).toEqual([[1, null, 2]]);
  expect(failures).toEqual([{ position: 1 }]);
  expect(points[1]?.failure).toEqual({ stage: "compile", message: "cc said no" });
});

test("the page knows what sessions of a host share, as they tell it", () => {
  const { hosts } = handed("index") as PageIndex;
  const known = commonModeIn(whole.results, noiseIn(whole.results, { declared: made.listed }));
  expect(known.pairs).toBeGreaterThan(0);
  expect(hosts[0]?.common.pairs).toBe(known.pairs);
  expect(hosts[0]?.common.correlation).toBeCloseTo(known.correlation, 3);
});

test("two revisions of one program are equal, and the mean of ratios is geometric", () => {
  const { content, years } = loaded(made.listed[0]?.name ?? "");
  const points = content.series[0] ? pointsOf(content.series[0], content, years) : [];
  expect(compareRevisions("one", content.series[0], valueAt(points, 700), valueAt(points, 700), [700, 700])).toMatchObject({
    ratio: { value: 1 },
    isSame: true,
  });
  expect(compareRevisions("one", content.series[0], valueAt(points, -5), valueAt(points, 700), [-5, 700])).toMatchObject({
    ratio: undefined,
    why: "not measured at the first revision",
  });
  const ratios = [0.5, 2, 1].map((value) => ({ value, standardError: 0.03, degreesOfFreedom: 1e5 }));
  expect(geometricMean(ratios)?.ratio.value).toBeCloseTo(1, 12);
  const nothing = { correlation: 0, ofQuiet: 0, degreesOfFreedom: 4, pairs: 1 };
  expect(geometricMean(ratios, nothing)?.ratio.standardError).toBeCloseTo(0.03 / Math.sqrt(3), 12);
  expect(geometricMean([])).toBeUndefined();
});

test("a year's points say how far back they reach: a program measured first in the year before is found in the file of its newest revision", () => {
  const history = [revision(0, 300), revision(1, 360), revision(2, 380), revision(3, 400)];
  const fingerprints = ["a", "b", "b", "c"];
  const sessions = fingerprints.map((fingerprint, number) =>
    session(number, { sort: { compiled: { ...measured(1 + number), fingerprint: fingerprint.repeat(16) } } }, { serial: number }),
  );
  const from = renderReports(input({ history, sessions, now: revision(3, 401).committed }));
  const { content, years } = loaded("sort", from);
  expect(content.years).toEqual([
    [2026, 0],
    [2027, 1],
  ]);
  const [series] = content.series;
  if (!series) throw new Error("no series");
  const newest = pointsOf(series, content, years.slice(1));
  expect(valueAt(newest, 1)).toMatchObject({ start: 1, position: 2, revisions: 2 });
  expect(valueAt(newest, 0)).toBeUndefined();
});
