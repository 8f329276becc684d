import { changeText, secondsText, unitFor } from "../runner/text/measurements.ts";
import type { Loaded } from "./loaded.ts";
import { el, outwards } from "./dom.ts";
import { changeInWords } from "./events.ts";
import type { PageSeries } from "../runner/report/page/data.ts";
import { changeBetween, isAt, isMeasured, shownSeconds, type Point } from "./points.ts";
import { commitAddress, dayText } from "./revisions.ts";

const mostRows = 20;

/** Renders the newest values as tables, one per variant, for readers who do not use a pointer. */
export function newestRows(loaded: Loaded): Node[] {
  return loaded.content.series.flatMap((series, which) => {
    const line = (loaded.points[which] ?? []).filter(({ shown }) => shown);
    if (line.length === 0) return [];
    const title = `Newest values, ${series.variant}`;
    const indexes = [...line.keys()].slice(-mostRows).reverse();
    const rows = indexes.map((index) => row(loaded, series, line, index));
    return [
      el("h3", {}, title),
      el(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": title },
        el("table", { class: "values" }, el("thead", {}, head()), el("tbody", {}, ...rows)),
      ),
    ];
  });
}

function head(): HTMLElement {
  return el(
    "tr",
    {},
    ...["date", "revision", "subject"].map((name) => el("th", {}, name)),
    ...["value", "vs. previous"].map((name) => el("th", { class: "number" }, name)),
  );
}

/** Renders the point at an index of a line, compared with the previous value. */
function row({ index, history }: Loaded, series: PageSeries, line: readonly Point[], position: number): HTMLElement | undefined {
  const point = line[position];
  if (!point) return undefined;
  const revision = history.at(point.position);
  const before = line.slice(0, position).findLast(isMeasured);
  const change = before && isMeasured(point) ? changeBetween(series, before, point) : undefined;
  const confirmed = series.changes.filter((one) => isAt(one, [point], point.position));
  const drifts = series.drifts.filter((one) => isAt(one, [point], point.position));
  return el(
    "tr",
    {},
    el("td", { class: "day" }, revision ? dayText(revision.committed) : ""),
    el("td", { class: "id" }, el("code", {}, revision ? outwards(commitAddress(index, revision), revision.id.slice(0, 12)) : "")),
    el(
      "td",
      { class: "subject" },
      el("span", { class: "title", title: revision?.title }, revision?.title ?? ""),
      ...confirmed.map((one) => el("span", { class: `mark ${one.direction}` }, changeInWords(one))),
      ...drifts.map((one) => el("span", { class: "mark drift" }, one.label)),
    ),
    el("td", { class: "number value" }, valueText(point)),
    el("td", { class: "number" }, change ? changeText(change) : ""),
  );
}

function valueText(point: Point): string {
  if (!isMeasured(point)) return `failed: ${point.failure?.stage ?? ""}`;
  return secondsText(shownSeconds(point), unitFor(shownSeconds(point).value));
}
