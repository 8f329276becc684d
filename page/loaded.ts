import type { Card, PageBenchmark, PageIndex } from "../runner/report/page/data.ts";
import { loadBenchmark, loadPoints } from "./load.ts";
import { pointsOf, type Point, type YearOfPoints } from "./points.ts";
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
  const [, years] = await Promise.all([
    history.load(content.years),
    Promise.all(
      content.years.map(async (year): Promise<YearOfPoints> => ({ content: await loadPoints(year, file), start: history.start(year) })),
    ),
  ]);
  return { index, content, history, points: content.series.map((series) => pointsOf(series, content, years)) };
}
