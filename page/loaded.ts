import type { Card, PageBenchmark, PageIndex, PageSeries } from "../runner/report/page/data.ts";
import { loadBenchmark, loadPoints } from "./load.ts";
import { pointsOf, valueAt, type Measured, type Point, type YearOfPoints } from "./points.ts";
import { History } from "./revisions.ts";

/** All that is known of a benchmark, loaded. */
export interface Loaded {
  index: PageIndex;
  content: PageBenchmark;
  history: History;
  /** By the places of `content.series`. */
  points: Point[][];
}

export async function loadAll(index: PageIndex, { file }: Card): Promise<Loaded> {
  const content = await loadBenchmark(file);
  const history = new History(index);
  const all = content.years.map(([year]) => year);
  const [, years] = await Promise.all([history.load(all), loadYears(history, file, all)]);
  return { index, content, history, points: content.series.map((series) => pointsOf(series, content, years)) };
}

/** The value of a series at a place in the history, from no more years than hold it. */
export async function loadValueAt(
  history: History,
  { file }: Card,
  content: PageBenchmark,
  series: PageSeries,
  position: number,
): Promise<Measured | undefined> {
  // A program that runs there may have its newest revision, and so its point, in a later year.
  const reaching = content.years.filter(([, from]) => from <= position).map(([year]) => year);
  const there = history.yearOf(position);
  const wanted = reaching.filter((year) => year >= there);
  const earlier = reaching.filter((year) => year < there);
  for (;;) {
    const value = valueAt(pointsOf(series, content, await loadYears(history, file, wanted)), position);
    const next = earlier.pop();
    if (value || next === undefined) return value;
    wanted.unshift(next);
  }
}

function loadYears(history: History, file: string, years: readonly number[]): Promise<YearOfPoints[]> {
  return Promise.all(years.map(async (year) => ({ content: await loadPoints(year, file), start: history.start(year) })));
}
