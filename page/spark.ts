import type { Card } from "../runner/report/page/data.ts";
import { sparkHeights } from "../runner/report/page/spark.ts";
import { svg } from "./dom.ts";

const [width, height, margin] = [200, 44, 4];

/** Renders the newest points of a benchmark as a small line. */
export function spark({ spark: text, transitions: changedAt = [], drifts = [], slower = [], faster = [] }: Card): SVGSVGElement {
  const heights = sparkHeights(text);
  const x = (index: number) => (heights.length > 1 ? margin + (index / (heights.length - 1)) * (width - 2 * margin) : width / 2);
  const y = (level: number) => height - margin - level * (height - 2 * margin);
  const points = heights.map((level, index) => (level === undefined ? undefined : `${x(index).toFixed(1)} ${y(level).toFixed(1)}`));
  const last = heights.findLastIndex((level) => level !== undefined);
  const lines = runs(points).map((run) => svg("path", { class: "line", d: `M${run.join("L")}` }));
  const failed = heights.flatMap((level, index) =>
    level === undefined ? [svg("path", { class: "failed", d: `M${(x(index) - 2).toFixed(1)} ${height - 5}l4 4m0-4l-4 4` })] : [],
  );
  const transitions = changedAt.map((index) => svg("path", { class: "transition", d: `M${x(index - 0.5).toFixed(1)} 0V${height}` }));
  const drifted = drifts.map((index) => svg("path", { class: "drift", d: `M${x(index - 0.5).toFixed(1)} 0V${height}` }));
  // As in the large charts: slower points up from below the line, faster points down from above it.
  const changed = [
    ...slower.map((index) => svg("path", { class: "slower", d: `M${(x(index) - 3).toFixed(1)} ${height}l3 -6l3 6z` })),
    ...faster.map((index) => svg("path", { class: "faster", d: `M${(x(index) - 3).toFixed(1)} 0l3 6l3 -6z` })),
  ];
  // A path instead of a circle, because the drawing is stretched to its card.
  const dot = last >= 0 && svg("path", { class: "dot", d: `M${x(last).toFixed(1)} ${y(heights[last] ?? 0).toFixed(1)}h0` });
  return svg(
    "svg",
    { class: "spark", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    ...transitions,
    ...drifted,
    ...lines,
    ...failed,
    ...changed,
    dot,
  );
}

/** Returns the runs of at least two values between gaps. */
function runs<Value>(values: readonly (Value | undefined)[]): Value[][] {
  const found: Value[][] = [[]];
  for (const value of values) {
    if (value === undefined) found.push([]);
    else found.at(-1)?.push(value);
  }
  return found.filter((run) => run.length > 1);
}
