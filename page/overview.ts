import type { Card, PageIndex } from "../runner/report/page/data.ts";
import { choice, el } from "./dom.ts";
import { hashOf, keep, type Route } from "./route.ts";
import { serverState } from "./server-state.ts";
import { spark } from "./spark.ts";

const filters = ["all", "main", "micro", "changed"] as const;
type Filter = (typeof filters)[number];
const orders = ["moved", "name"] as const;
type Order = (typeof orders)[number];

/** All benchmarks as small charts: those that moved most lately first. */
export function overview(index: PageIndex, { settings }: Route): HTMLElement[] {
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
    const cards = selected(index, chosen.text, chosen.filter, chosen.order);
    grid.replaceChildren(...cards.map((one) => el("li", {}, card(one))));
    count.textContent = countText(index, cards.length);
    keep({ q: chosen.text, show: chosen.filter === "all" ? "" : chosen.filter, sort: chosen.order === "moved" ? "" : chosen.order });
  };
  search.addEventListener("input", () => {
    chosen.text = search.value;
    show();
  });
  const numbers = new Map(filters.map((filter) => [filter, index.benchmarks.filter((one) => isOf(one, filter)).length]));
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
  return [serverState(index), el("div", { class: "tools" }, search, byFilter, byOrder), count, grid];
}

function selected({ benchmarks }: PageIndex, text: string, filter: Filter, order: Order): Card[] {
  const wanted = text.toLowerCase();
  const found = benchmarks.filter((one) => isOf(one, filter) && one.name.toLowerCase().includes(wanted));
  return order === "name" ? found : found.sort((a, b) => movedLately(b) - movedLately(a));
}

function isOf(one: Card, filter: Filter): boolean {
  if (filter === "changed") return one.changed !== undefined || one.month?.[1] !== undefined || one.quarter?.[1] !== undefined;
  return filter === "all" || one.group === filter;
}

/** Sorts: what moved within the last month before what did within three, by how much; dropped benchmarks last. */
function movedLately({ group, month, quarter }: Card): number {
  if (!group) return -1;
  if (month?.[1] !== undefined) return 1 + Math.abs(month[1]);
  return quarter?.[1] === undefined ? 0 : Math.min(1, Math.abs(quarter[1]));
}

function countText({ benchmarks, target }: PageIndex, shown: number): string {
  if (benchmarks.length === 0) return "The suite lists no benchmark yet, or has not been listed.";
  if (shown === 0) return "No benchmark is like that.";
  const legend = benchmarks.some(({ speedUp }) => speedUp) ? "; × is how many times faster than the interpreter" : "";
  const marked = benchmarks.some(({ slower, faster }) => slower || faster) ? "; ▲▼ mark confirmed changes" : "";
  const all = `${shown} benchmark${shown === 1 ? "" : "s"} of ${target.name}`;
  return (shown === benchmarks.length ? all : `${shown} of ${benchmarks.length} benchmarks`) + legend + marked;
}

function card(one: Card): HTMLElement {
  const { name, group, value, speedUp, month, quarter, said } = one;
  return el(
    "a",
    { class: group ? "card" : "card dropped", href: hashOf(["benchmark", name]) },
    el("span", { class: "card-head" }, el("span", { class: "name" }, name), el("span", { class: "quiet" }, group ?? "dropped")),
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
