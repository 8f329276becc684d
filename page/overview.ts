import type { Card, PageHost, PageIndex } from "../runner/report/page/data.ts";
import { choice, el } from "./dom.ts";
import { cardsOf, chosenHost, hostField, type HostCard } from "./hosts.ts";
import { hashOf, keep, type Route } from "./route.ts";
import { hostStates } from "./server-state.ts";
import { spark } from "./spark.ts";

const filters = ["all", "main", "micro", "changed"] as const;
type Filter = (typeof filters)[number];
const orders = ["moved", "name"] as const;
type Order = (typeof orders)[number];

/** All benchmarks as small charts: those that moved most lately first. */
export function overview(index: PageIndex, route: Route): HTMLElement[] {
  const { settings } = route;
  const host = chosenHost(index, route);
  const known = cardsOf(index, host);
  const all = known.filter(({ card }) => card.group !== undefined);
  const chosen = {
    text: settings.get("q") ?? "",
    filter: filters.find((one) => one === settings.get("show")) ?? "all",
    order: orders.find((one) => one === settings.get("sort")) ?? "moved",
  };
  const grid = el("ul", { class: "grid" });
  const count = el("p", { class: "quiet count", role: "status" });
  const search = el("input", {
    type: "search",
    placeholder: "Search by name",
    "aria-label": "Search benchmarks by name",
    value: chosen.text,
  });
  const show = (): void => {
    const cards = selected(all, chosen.text, chosen.filter, chosen.order);
    const several = index.hosts.length > 1;
    grid.replaceChildren(...cards.map((one) => el("li", {}, card(one, host, several))));
    count.textContent = countText(index, all, cards.length);
    keep({ q: chosen.text, show: chosen.filter === "all" ? "" : chosen.filter, sort: chosen.order === "moved" ? "" : chosen.order });
  };
  search.addEventListener("input", () => {
    chosen.text = search.value;
    show();
  });
  const numbers = new Map(filters.map((filter) => [filter, all.filter(({ card }) => isOf(card, filter)).length]));
  const byFilter = choice<Filter>(
    "Which benchmarks",
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
      ["moved", "moved lately"],
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

function selected(all: readonly HostCard[], text: string, filter: Filter, order: Order): HostCard[] {
  const wanted = text.toLowerCase();
  const found = all.filter(({ card }) => isOf(card, filter) && card.name.toLowerCase().includes(wanted));
  return order === "name" ? found : found.sort((a, b) => movedLately(b.card) - movedLately(a.card));
}

function isOf(one: Card, filter: Filter): boolean {
  if (filter === "changed") return one.changed !== undefined || one.month?.[1] !== undefined || one.quarter?.[1] !== undefined;
  return filter === "all" || one.group === filter;
}

/** Links to benchmarks that the suite no longer has: their pages stay, and nothing of them counts here. */
function dropped(known: readonly HostCard[], host: PageHost | undefined): HTMLElement[] {
  const gone = known.filter(({ card }) => card.group === undefined);
  if (gone.length === 0) return [];
  const links = gone.flatMap(({ card: { name } }, place) => [
    ...(place > 0 ? [", "] : []),
    el("a", { href: hashOf(["benchmark", name], { host: host?.name }) }, name),
  ]);
  return [el("p", { class: "quiet dropped" }, "No longer in the suite: ", ...links, ".")];
}

/** Sorts: what moved within the last month before what did within three, by how much. */
function movedLately({ month, quarter }: Card): number {
  if (month?.[1] !== undefined) return 1 + Math.abs(month[1]);
  return quarter?.[1] === undefined ? 0 : Math.min(1, Math.abs(quarter[1]));
}

function countText({ target }: PageIndex, all: readonly HostCard[], shown: number): string {
  const benchmarks = all.map(({ card }) => card);
  if (benchmarks.length === 0) return "The suite lists no benchmark yet, or has not been listed.";
  if (shown === 0) return "No benchmark is like that.";
  const legend = benchmarks.some(({ speedUp }) => speedUp) ? "; × is how many times faster than the interpreter" : "";
  const marked = benchmarks.some(({ slower, faster }) => slower || faster) ? "; ▲▼ mark confirmed changes" : "";
  const whole = `${shown} benchmark${shown === 1 ? "" : "s"} of ${target.name}`;
  return (shown === benchmarks.length ? whole : `${shown} of ${benchmarks.length} benchmarks`) + legend + marked;
}

/** @param chosen the host that is shown; undefined for all. @param several whether there is more than one. */
function card({ host, card: one }: HostCard, chosen: PageHost | undefined, several: boolean): HTMLElement {
  const { name, group, value, speedUp, month, quarter, said } = one;
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
      el("span", { class: "quiet", title: "times faster than the interpreter" }, speedUp ?? ""),
    ),
    value === undefined ? undefined : el("span", { class: "moves" }, move("month", month), move("3 months", quarter)),
    said === undefined ? undefined : el("span", { class: "said" }, said),
  );
}

/** A change: by colour, by an arrow, and in words. */
function move(label: string, [text, moved]: [string, number?] = [""]): HTMLElement {
  const kind = moved === undefined ? "still" : moved < 0 ? "faster" : "slower";
  const arrow = { still: "", faster: "▼ ", slower: "▲ " }[kind];
  return el(
    "span",
    { class: `move ${kind}`, title: kind === "still" ? "no significant change" : kind },
    el("span", { class: "quiet" }, label),
    ` ${arrow}${text}`,
  );
}
