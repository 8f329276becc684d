import { changeText, secondsText, unitFor } from "../runner/text/measurements.ts";
import type { Loaded } from "./loaded.ts";
import { el, outwards } from "./dom.ts";
import { changeInWords } from "./events.ts";
import { changeBetween, isAt, isMeasured, shownSeconds } from "./points.ts";
import { commitAddress, dayText } from "./revisions.ts";

const mostRows = 20;

/** The newest values as tables, one a variant: for who cannot or will not point at a chart. */
export function newestRows({ index, content, history, points }: Loaded): Node[] {
  return content.series.flatMap((series, which) => {
    const line = (points[which] ?? []).filter(({ shown }) => shown);
    if (line.length === 0) return [];
    const rows = line
      .map((point, place) => {
        const revision = history.at(point.position);
        const before = line.slice(0, place).findLast(isMeasured);
        const change = before && isMeasured(point) ? changeBetween(series, before, point) : undefined;
        const value = isMeasured(point)
          ? secondsText(shownSeconds(point), unitFor(shownSeconds(point).value))
          : `failed: ${point.failure?.stage ?? ""}`;
        const confirmed = series.changes.filter((one) => isAt(one, [point], point.position));
        const drifts = series.drifts.filter((one) => isAt(one, [point], point.position));
        return { revision, value, change, confirmed, drifts };
      })
      .slice(-mostRows)
      .reverse();
    return [
      el("h3", {}, `Newest values, ${series.variant}`),
      el(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": `Newest values, ${series.variant}` },
        el(
          "table",
          { class: "values" },
          el(
            "thead",
            {},
            el(
              "tr",
              {},
              ...["date", "revision", "subject"].map((name) => el("th", {}, name)),
              ...["value", "against the one before"].map((name) => el("th", { class: "number" }, name)),
            ),
          ),
          el(
            "tbody",
            {},
            ...rows.map(({ revision, value, change, confirmed, drifts }) =>
              el(
                "tr",
                {},
                el("td", { class: "day" }, revision ? dayText(revision.committed) : ""),
                el(
                  "td",
                  { class: "id" },
                  el("code", {}, revision ? outwards(commitAddress(index, revision), revision.id.slice(0, 12)) : ""),
                ),
                el(
                  "td",
                  { class: "subject" },
                  el("span", { class: "title", title: revision?.title }, revision?.title ?? ""),
                  ...confirmed.map((one) => el("span", { class: `mark ${one.direction}` }, changeInWords(one))),
                  ...drifts.map((one) => el("span", { class: "mark drift" }, one.label)),
                ),
                el("td", { class: "number value" }, value),
                el("td", { class: "number" }, change ? changeText(change) : ""),
              ),
            ),
          ),
        ),
      ),
    ];
  });
}
