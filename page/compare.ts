import type { PageIndex } from "../runner/report/page/data.ts";
import { meanText } from "../runner/report/common-mode.ts";
import { mostShared } from "../runner/timeline/common-mode.ts";
import { geometricMean } from "../runner/timeline/compare.ts";
import { changeText } from "../runner/text/measurements.ts";
import { counted } from "../runner/text/quantities.ts";
import { hasError } from "../runner/timeline/quantity.ts";
import { chosenSides, type Kind, type Sides } from "./compare-sides.ts";
import { compareEnvironments, compareRevisions, mainSeries, type Compared } from "./comparison.ts";
import { choice, el } from "./dom.ts";
import { forest } from "./forest.ts";
import { cardsOf, chosenHost, hostField, type HostCard } from "./hosts.ts";
import { loadBenchmark } from "./load.ts";
import { loadValueAt } from "./loaded.ts";
import { History } from "./revisions.ts";
import { hashOf, keep, type Route } from "./route.ts";

const groups = ["all", "main", "micro"] as const;
type Group = (typeof groups)[number];

/** Renders a comparison of two revisions or two environments, benchmark by benchmark. */
export async function compareView(index: PageIndex, kind: Kind, route: Route, signal: AbortSignal): Promise<Node[]> {
  const history = new History(index);
  // Environments belong to one host; those of two hosts are not linked.
  const host = chosenHost(index, route) ?? (kind === "environments" ? index.hosts[0] : undefined);
  const cards = cardsOf(index, host);
  const container = el("div", { class: "comparison", "aria-live": "polite" });
  const chosen = { group: groups.find((one) => one === route.settings.get("show")) ?? ("all" satisfies Group) };
  let found: { sides: Sides; rows: Compared[] } | undefined;
  let newest: Sides | undefined;
  const draw = (): void => {
    if (found) container.replaceChildren(...result(cards, found.sides, found.rows, chosen.group));
  };
  const compare = async (sides: Sides | undefined): Promise<void> => {
    newest = sides;
    found = undefined;
    // The former comparison does not match the fields any more.
    container.replaceChildren();
    if (!sides) return;
    keep({ a: sides.a.key, b: sides.b.key });
    // A new choice cancels the former comparison.
    const isWanted = () => !signal.aborted && newest === sides;
    const rows = await compareAll(cards, history, kind, sides, isWanted, (text) =>
      container.replaceChildren(el("p", { class: "quiet" }, text)),
    );
    if (!isWanted()) return;
    found = { sides, rows };
    draw();
  };
  const byGroup = choice<Group>(
    "Benchmarks",
    groups.map((one) => [one, one] as const),
    chosen.group,
    (group) => {
      chosen.group = group;
      keep({ show: group === "all" ? "" : group });
      draw();
    },
  );
  const sides = await chosenSides(index, host, history, kind, route, compare);
  if (sides.chosen) void compare(sides.chosen).catch(sides.failed);
  return [
    el("h2", {}, "Compare"),
    el(
      "nav",
      { class: "kinds", "aria-label": "Kinds of comparison" },
      ...(["revisions", "environments"] as const).map((one) =>
        el(
          "a",
          { href: hashOf(["compare", one], { host: chosenHost(index, route)?.name }), "aria-current": one === kind ? "page" : undefined },
          `two ${one}`,
        ),
      ),
    ),
    sides.element,
    el("div", { class: "tools" }, hostField(index.hosts, host, kind === "revisions" ? "all hosts" : undefined), byGroup),
    container,
  ];
}

/** Loads eight benchmarks at a time: each has one file, and one for each year of the two revisions. */
async function compareAll(
  cards: readonly HostCard[],
  history: History,
  kind: Kind,
  { a, b }: Sides,
  isWanted: () => boolean,
  log: (text: string) => void,
): Promise<Compared[]> {
  const waiting = cards.filter(({ card }) => card.group !== undefined);
  const rows: Compared[] = [];
  const total = waiting.length;
  const work = async (): Promise<void> => {
    for (let of = waiting.shift(); of && isWanted(); of = waiting.shift()) {
      const one = of;
      const { name, file } = one.card;
      const content = await loadBenchmark(one.host.file, file);
      const series = content.series[mainSeries(content)];
      if (kind === "environments") rows.push(compareEnvironments(name, series, a.key, b.key));
      else {
        const at = (position = -1) => series && loadValueAt(history, one, content, series, position);
        const values = await Promise.all([at(a.position), at(b.position)]);
        rows.push(compareRevisions(name, series, ...values, [a.position ?? -1, b.position ?? -1]));
      }
      if (isWanted()) log(`${rows.length} of ${total} benchmarks …`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return rows;
}

const verdictKey =
  "Confirmed: fresh sessions confirmed a change between the two sides. Differs: more than chance explains for any of these benchmarks. Not judged: the noise from session to session is not known yet. All others show no change.";

function result(cards: readonly HostCard[], { a, b }: Sides, all: readonly Compared[], group: Group): Node[] {
  const groupOf = new Map(cards.map(({ card }) => [card.name, card.group]));
  const rows = all.filter(({ name }) => group === "all" || groupOf.get(name) === group);
  const known = rows.flatMap(({ ratio }) => ratio ?? []);
  // Benchmarks of several hosts share less noise, so the interval is at most too wide.
  const mean = geometricMean(known, mostShared(cards.map(({ host }) => host.common)));
  const areAllKnown = rows.every(({ ratio, isNoiseKnown, isSame }) => !ratio || isNoiseKnown || isSame || !hasError(ratio));
  const without = rows.filter(({ ratio }) => !ratio).sort((one, other) => (one.name < other.name ? -1 : 1));
  return [
    el(
      "p",
      { class: "sentences" },
      `${b.text} against ${a.text}: `,
      el("strong", {}, mean ? changeText(mean.ratio) : "no comparable benchmarks"),
      mean ? ` over ${counted(mean.of, "benchmark")} (geometric mean, 95 % interval); negative is faster.` : ".",
    ),
    ...(mean && mean.of > 1 ? [el("p", { class: "quiet" }, capitalised(meanText(mean.common, areAllKnown)))] : []),
    ...(known.length > 0 ? [el("p", { class: "quiet" }, verdictKey), forest(rows, mean?.ratio)] : []),
    ...(without.length > 0
      ? [el("p", { class: "quiet" }, `Not compared: ${without.map(({ name, why }) => `${name} (${why ?? ""})`).join(", ")}.`)]
      : []),
  ];
}

function capitalised(clause: string): string {
  return `${clause.slice(0, 1).toUpperCase()}${clause.slice(1)}.`;
}
