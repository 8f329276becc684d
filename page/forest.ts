import { changeText } from "../runner/text/measurements.ts";
import { verdicts, type Verdict } from "../runner/timeline/judgement.ts";
import { hasError, interval, type Interval, type Quantity } from "../runner/timeline/quantity.ts";
import type { Compared } from "./comparison.ts";
import { el, svg } from "./dom.ts";
import { hashOf } from "./route.ts";

/** Share of the ratios that may exceed the scale, so that one that doubled does not flatten all others. */
const cut = 0.02;

/** Renders a row per benchmark, the fastest first: its ratio with its 95 % interval, and the mean of all as a line. */
export function forest(rows: readonly Compared[], mean: Quantity | undefined): HTMLElement {
  const known = rows.flatMap((row) => (row.ratio ? [{ ...row, ratio: row.ratio, isConfirmed: row.confirmed !== undefined }] : []));
  known.sort((a, b) => a.ratio.value - b.ratio.value);
  const called = verdicts(known);
  const reach = scaleReach(known.map(({ ratio }) => ratio));
  return el(
    "table",
    { class: "forest" },
    el(
      "thead",
      {},
      el("tr", {}, el("th", {}, "benchmark"), el("th", { class: "axis" }, axis(reach)), el("th", { class: "number" }, "change")),
    ),
    el(
      "tbody",
      {},
      ...known.map((row, index) => {
        const { name, ratio } = row;
        const isConfirmed = row.confirmed !== undefined;
        return el(
          "tr",
          { class: isConfirmed ? undefined : "still" },
          el("td", {}, el("a", { href: hashOf(["benchmark", name]), title: name }, name)),
          el("td", {}, bar(ratio, mean, reach)),
          el("td", { class: isConfirmed ? "number" : "number still" }, ...rowText(row, ratio, called[index] ?? "not judged")),
        );
      }),
    ),
  );
}

/** Returns the colour of a verdict. Only confirmed changes have one. */
function colourOf({ confirmed }: Compared): "faster" | "slower" | undefined {
  return confirmed?.direction;
}

/** Returns `+5.1 % ± 0.9 % (confirmed: +5.3 % ± 0.3 %)`: the ratio of the two sides, and the size by the confirming sessions. */
function rowText(row: Compared, ratio: Quantity, verdict: Verdict): (Node | string)[] {
  const { isSame, why } = row;
  if (isSame) return [verdict];
  const remarks = [
    ...(verdict === "no change shown"
      ? []
      : [row.confirmed ? el("span", { class: colourOf(row) }, `${verdict}: ${row.confirmed.text}`) : verdict]),
    ...(why === undefined ? [] : [why]),
  ];
  const listed = remarks.flatMap((one, index) => (index > 0 ? [", ", one] : [one]));
  return [changeText(ratio), ...(listed.length > 0 ? [" (", ...listed, ")"] : [])];
}

/** Returns the reach of the scale on either side, ln ratio. */
function scaleReach(ratios: readonly Quantity[]): number {
  const ends = ratios
    .map((ratio) => {
      const { low, high } = drawn(ratio);
      return Math.max(Math.abs(Math.log(low)), Math.abs(Math.log(high)));
    })
    .sort((a, b) => a - b);
  return Math.max(0.01, (ends[Math.ceil(ends.length * (1 - cut)) - 1] ?? 0) * 1.1);
}

/** Returns the interval of a ratio; the value alone if its error is not known. */
function drawn(ratio: Quantity): Interval {
  return hasError(ratio) ? interval(ratio) : { low: ratio.value, high: ratio.value };
}

const [width, height] = [400, 18];

function contextOf(value: number, reach: number): number {
  return (Math.min(Math.max(Math.log(value) / reach, -1), 1) * 0.5 + 0.5) * width;
}

function bar(ratio: Quantity, mean: Quantity | undefined, reach: number): SVGSVGElement {
  const { low, high } = drawn(ratio);
  const [from, to, at] = [low, high, ratio.value].map((value) => contextOf(value, reach).toFixed(1));
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { class: "one", d: `M${width / 2} 0V${height}` }),
    mean && svg("path", { class: "mean", d: `M${contextOf(mean.value, reach).toFixed(1)} 0V${height}` }),
    svg("path", { class: "whisker", d: `M${from} ${height / 2}H${to}` }),
    svg("path", { class: "point", d: `M${at} ${height / 2 - 4}V${height / 2 + 4}` }),
  );
}

/** Renders the ends of the scale as percentages. */
function axis(reach: number): HTMLElement {
  const percent = (ln: number) => `${ln < 0 ? "−" : "+"}${Math.abs((Math.exp(ln) - 1) * 100).toFixed(reach < 0.1 ? 1 : 0)} %`;
  return el("span", { class: "ends" }, el("span", {}, percent(-reach)), el("span", {}, "no change"), el("span", {}, percent(reach)));
}
