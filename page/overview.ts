import type { Card, PageCell, PageHost, PageIndex } from "../runner/report/page/data.ts";
import { choice, el } from "./dom.ts";
import { cardsOf, chosenHost, hostField, type HostCard } from "./hosts.ts";
import { hashOf, keep, type Route } from "./route.ts";
import { hostStates } from "./server-state.ts";
import { spark } from "./spark.ts";
import { counted } from "../runner/text/quantities.ts";

const filters = ["all", "main", "micro", "changed"] as const;
type Filter = (typeof filters)[number];
const orders = ["changed", "name"] as const;
type Order = (typeof orders)[number];

/** Renders all benchmarks as small charts, those with the newest confirmed changes first. */
export function overview(index: PageIndex, route: Route): HTMLElement[] {
  const { settings } = route;
  const host = chosenHost(index, route);
  const known = cardsOf(index, host);
  const all = known.filter(({ card }) => card.group !== undefined);
  const chosen = {
    text: settings.get("q") ?? "",
    filter: filters.find((one) => one === settings.get("show")) ?? "all",
    order: orders.find((one) => one === settings.get("sort")) ?? "changed",
  };
  const grid = el("ul", { class: "grid" });
  const count = el("p", { class: "quiet count", role: "status" });
  const search = searchField(chosen.text);
  const show = (): void => {
    const cards = selected(all, chosen.text, chosen.filter, chosen.order);
    const several = index.hosts.length > 1;
    grid.replaceChildren(...cards.map((one) => el("li", {}, card(one, host, several))));
    count.textContent = countText(index, all, cards.length);
    keep({ q: chosen.text, show: chosen.filter === "all" ? "" : chosen.filter, sort: chosen.order === "changed" ? "" : chosen.order });
  };
  search.addEventListener("input", () => {
    chosen.text = search.value;
    show();
  });
  const numbers = new Map(filters.map((filter) => [filter, all.filter(({ card }) => isOf(card, filter)).length]));
  const byFilter = choice<Filter>(
    "Benchmarks",
    filters.map((one) => [one, `${one} ${numbers.get(one) ?? 0}`] as const),
    chosen.filter,
    (filter) => {
      chosen.filter = filter;
      show();
    },
  );
  const byOrder = choice<Order>(
    "Order",
    [
      ["changed", "recently changed"],
      ["name", "by name"],
    ],
    chosen.order,
    (order) => {
      chosen.order = order;
      show();
    },
  );
  show();
  const byHost = hostField(index.hosts, host, "all hosts");
  return [
    ...hostStates(host ? [host] : index.hosts),
    el("div", { class: "tools" }, search, byHost, byFilter, byOrder),
    count,
    grid,
    ...dropped(known, host),
  ];
}

function searchField(value: string): HTMLInputElement {
  return el("input", { type: "search", placeholder: "Search by name", "aria-label": "Search benchmarks by name", value });
}

function selected(all: readonly HostCard[], text: string, filter: Filter, order: Order): HostCard[] {
  const wanted = text.toLowerCase();
  const found = all.filter(({ card }) => isOf(card, filter) && card.name.toLowerCase().includes(wanted));
  // All are sorted by name; the sort is stable.
  return order === "name" ? found : found.sort((a, b) => (b.card.changed ?? -1) - (a.card.changed ?? -1));
}

function isOf(one: Card, filter: Filter): boolean {
  if (filter === "changed") return one.changed !== undefined;
  return filter === "all" || one.group === filter;
}

/** Renders links to benchmarks that the suite no longer lists. Their pages remain, but the overview does not count them. */
function dropped(known: readonly HostCard[], host: PageHost | undefined): HTMLElement[] {
  const gone = known.filter(({ card }) => card.group === undefined);
  if (gone.length === 0) return [];
  const links = gone.flatMap(({ card: { name } }, index) => [
    ...(index > 0 ? [", "] : []),
    el("a", { href: hashOf(["benchmark", name], { host: host?.name }) }, name),
  ]);
  return [el("p", { class: "quiet dropped" }, "No longer in the suite: ", ...links, ".")];
}

function countText({ target }: PageIndex, all: readonly HostCard[], shown: number): string {
  const benchmarks = all.map(({ card }) => card);
  if (benchmarks.length === 0) return "The suite lists no benchmark yet, or was not listed.";
  if (shown === 0) return "No benchmark matches.";
  const legend = benchmarks.some(({ speedUp }) => speedUp) ? "; ×: speed-up over the interpreter" : "";
  const marked = benchmarks.some(({ slower, faster }) => slower || faster) ? "; ▲▼: confirmed changes" : "";
  const whole = `${counted(shown, "benchmark")} of ${target.name}`;
  return (shown === benchmarks.length ? whole : `${shown} of ${benchmarks.length} benchmarks`) + legend + marked;
}

/** Renders a benchmark's card. @param chosen the shown host; undefined for all. @param several there is more than one host. */
function card({ host, card: one }: HostCard, chosen: PageHost | undefined, several: boolean): HTMLElement {
  const { name, group, value, speedUp, month, quarter, unjudged, said } = one;
  return el(
    "a",
    { class: "card", href: hashOf(["benchmark", name], { host: chosen?.name }) },
    el(
      "span",
      { class: "card-head" },
      el("span", { class: "name" }, name),
      el("span", { class: "quiet" }, `${group ?? ""}${several ? ` · ${host.name}` : ""}`),
    ),
    one.spark ? spark(one) : el("span", { class: "spark empty" }),
    el(
      "span",
      { class: "card-foot" },
      el("span", { class: "value" }, value ?? ""),
      speedUp === undefined ? undefined : el("span", { class: "quiet", title: "speed-up over the interpreter" }, speedUp),
    ),
    value === undefined ? undefined : el("span", { class: "moves" }, move("month", month), move("3 months", quarter)),
    unjudged === undefined ? undefined : el("span", { class: "quiet unjudged" }, unjudged),
    said === undefined ? undefined : el("span", { class: "said" }, said),
  );
}

/** Renders a cell: a confirmed change has a colour and an arrow, other texts have none. */
function move(label: string, [text, direction, more]: PageCell = [""]): HTMLElement {
  const arrow = direction === "slower" ? "▲ " : direction === "faster" ? "▼ " : "";
  return el(
    "span",
    { class: `move ${direction || "still"}`, title: more },
    el("span", { class: "quiet" }, label),
    el("span", {}, `${arrow}${text}`),
  );
}
