import type { PageBenchmark, PageHost, PageIndex, PageSeries } from "../runner/report/page/data.ts";
import type { HostCard } from "./hosts.ts";
import { loadBenchmark, loadPoints } from "./load.ts";
import { pointsOf, valueAt, type Measured, type Point, type YearOfPoints } from "./points.ts";
import { History } from "./revisions.ts";

/** All loaded data of a benchmark on one host. */
export interface Loaded {
  index: PageIndex;
  host: PageHost;
  content: PageBenchmark;
  history: History;
  /** By the indexes of `content.series`. */
  points: Point[][];
}

export async function loadAll(index: PageIndex, { host, card }: HostCard): Promise<Loaded> {
  const content = await loadBenchmark(host.file, card.file);
  const history = new History(index);
  const all = content.years.map(([year]) => year);
  const [, years] = await Promise.all([history.load(all), loadYears(history, { host, card }, all)]);
  return { index, host, content, history, points: content.series.map((series) => pointsOf(series, content, years)) };
}

/** Returns the value of a series at an index in the history. Loads only the years that are needed. */
export async function loadValueAt(
  history: History,
  of: HostCard,
  content: PageBenchmark,
  series: PageSeries,
  position: number,
): Promise<Measured | undefined> {
  // The point of a program is in the year of its newest revision, which may be a later one.
  const reaching = content.years.filter(([, from]) => from <= position).map(([year]) => year);
  const there = history.yearOf(position);
  const wanted = reaching.filter((year) => year >= there);
  const earlier = reaching.filter((year) => year < there);
  for (;;) {
    const value = valueAt(pointsOf(series, content, await loadYears(history, of, wanted)), position);
    const next = earlier.pop();
    if (value || next === undefined) return value;
    wanted.unshift(next);
  }
}

function loadYears(history: History, { host, card }: HostCard, years: readonly number[]): Promise<YearOfPoints[]> {
  return Promise.all(years.map(async (year) => ({ content: await loadPoints(host.file, year, card.file), start: history.start(year) })));
}
