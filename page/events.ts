import type { PageChange, PageSeries } from "../runner/report/page/data.ts";
import { el, outwards } from "./dom.ts";
import type { Loaded } from "./loaded.ts";
import { commitAddress, dayText } from "./revisions.ts";

const mostRows = 20;

/** Returns `confirmed: slower, +5.1 % ± 0.3 %, or one of 3 revisions before it, since 0123456789ab`. */
export function changeInWords(change: PageChange): string {
  return `${confirmedText(change)}${change.range ?? ""}`;
}

function confirmedText({ direction, label }: PageChange): string {
  return `confirmed: ${direction}${label ? `, ${label}` : ""}`;
}

/** Renders a list of the marks of the charts, newest first: confirmed changes, drifts of the machine and transitions. Nothing without any. */
export function events(loaded: Loaded): Node[] {
  return loaded.content.series.flatMap((series) => {
    const all = eventsOf(series);
    if (all.length === 0) return [];
    const more = all.length > mostRows ? [el("li", { class: "more quiet" }, `… and ${all.length - mostRows} older.`)] : [];
    return [
      el("h3", {}, `Confirmed changes, drifts and transitions, ${series.variant}`),
      el("ul", { class: "events" }, ...all.slice(0, mostRows).map((one) => item(loaded, one)), ...more),
    ];
  });
}

interface Event {
  position: number;
  kind: "slower" | "faster" | "drift" | "transition";
  text: string;
  /** Text after the revision. */
  more: string;
}

function eventsOf({ transitions, changes, drifts }: PageSeries): Event[] {
  return [
    ...transitions.map(({ position, label }): Event => ({ position, kind: "transition", text: label, more: "" })),
    ...drifts.map(({ position, label }): Event => ({ position, kind: "drift", text: label, more: "" })),
    ...changes.map((one): Event => ({ position: one.position, kind: one.direction, text: confirmedText(one), more: one.range ?? "" })),
  ].sort((a, b) => b.position - a.position);
}

const signs = { slower: "▲", faster: "▼", transition: "┆", drift: "≈" };

function item({ index, history }: Loaded, { position, kind, text, more }: Event): HTMLElement {
  const revision = history.at(position);
  return el(
    "li",
    { class: kind },
    el("span", { class: "sign", "aria-hidden": "true" }, signs[kind]),
    el("span", { class: "day quiet" }, revision ? dayText(revision.committed) : ""),
    el(
      "span",
      { class: "what" },
      el("strong", {}, text),
      revision && (kind === "transition" ? " from " : " at "),
      revision && el("code", {}, outwards(commitAddress(index, revision), revision.id.slice(0, 12))),
      `${revision ? ` ${revision.title}` : ""}${more}`,
    ),
  );
}
