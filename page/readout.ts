import type { PageHost } from "../runner/report/page/data.ts";
import { factorText, secondsText, unitFor } from "../runner/text/measurements.ts";
import { ratio } from "../runner/timeline/quantity.ts";
import type { Loaded } from "./loaded.ts";
import { el, outwards } from "./dom.ts";
import { changeInWords } from "./events.ts";
import { isAt, isMeasured, shownSeconds, type Point } from "./points.ts";
import { commitAddress, dayText } from "./revisions.ts";
import type { Mode } from "./tracks.ts";

/** Text about the point under the pointer. */
export interface Readout {
  element: HTMLElement;
  show: (position: number) => void;
}

export function readout(loaded: Loaded, mode: Mode): Readout {
  const element = el("div", { class: "readout", "aria-live": "polite" });
  const nothing = (): void => element.replaceChildren(el("span", { class: "quiet" }, "Point at a revision to see its values."));
  nothing();
  return { element, show: (position) => element.replaceChildren(...describe(loaded, mode, position)) };
}

function describe({ index, host, content, history, points }: Loaded, mode: Mode, position: number): Node[] {
  const revision = history.at(position);
  const those = content.series.flatMap(({ variant }, which) =>
    (points[which] ?? [])
      .filter((one) => one.position === position && (mode === "raw" || one.shown || one.segment.state !== "linked"))
      .map((point) => ({ variant, point })),
  );
  const confirmed = content.series.flatMap(({ variant, changes }, which) =>
    changes.filter((change) => isAt(change, points[which] ?? [], position)).map((change) => ({ variant, change })),
  );
  const drifts = content.series.flatMap(({ variant, drifts }, which) =>
    drifts.filter((one) => isAt(one, points[which] ?? [], position)).map(({ label }) => `${variant}, ${label}`),
  );
  const count = Math.max(0, ...those.map(({ point }) => point.revisions));
  return [
    el(
      "span",
      { class: "readout-head" },
      el("span", { class: "day" }, revision ? dayText(revision.committed) : ""),
      el("code", {}, revision ? outwards(commitAddress(index, revision), revision.id.slice(0, 12)) : ""),
      el("span", { class: "subject", title: revision?.title }, revision?.title ?? ""),
    ),
    ...those.map(({ variant, point }) =>
      el(
        "span",
        { class: `readout-value ${variant}` },
        el("span", { class: "key" }, variant),
        ` ${pointText(point, mode)}${environmentSuffix(host, point, those)}`,
      ),
    ),
    ...confirmed.map(({ variant, change }) => el("span", { class: change.direction }, `${variant}, ${changeInWords(change)}`)),
    ...drifts.map((text) => el("span", { class: "drift" }, text)),
    ...(count > 1 ? [el("span", { class: "quiet" }, `same program in ${count} revisions`)] : []),
  ];
}

/** Returns the environment of a point, if the revision was measured in several. */
function environmentSuffix({ environments }: PageHost, { segment }: Point, all: readonly { point: Point }[]): string {
  if (new Set(all.map(({ point }) => point.segment.environment)).size === 1) return "";
  return ` on ${environments.find(({ id }) => id === segment.environment)?.text ?? segment.environment.slice(0, 8)}`;
}

/** Returns `12.345 ± 0.012 ms`, with a remark if the value is scaled or not linked. */
function pointText(point: Point, mode: Mode): string {
  if (!isMeasured(point)) return point.failure ? `failed: ${point.failure.stage}, ${point.failure.message}` : "failed";
  const seconds = mode === "raw" ? point.seconds : shownSeconds(point);
  const text = secondsText(seconds, unitFor(seconds.value));
  const { state, factor } = point.segment;
  if (mode === "continuous" && factor) return `${text} (scaled: ${factorText(ratio(seconds, point.seconds))} of the measured value)`;
  return state === "linked" ? text : `${text}, ${state}`;
}
