import type { Card, PageHost, PageIndex } from "../runner/report/page/data.ts";
import { el } from "./dom.ts";
import { hashOf, routeOf, type Route } from "./route.ts";

/** A benchmark as one host measured it. */
export interface HostCard {
  host: PageHost;
  card: Card;
}

/** The host that the address names; undefined where it names none that there is. */
export function chosenHost({ hosts }: PageIndex, { settings }: Route): PageHost | undefined {
  return hosts.find(({ name }) => name === settings.get("host"));
}

/** Every benchmark once, by name: of one host, or each of the host that it is shown of first. */
export function cardsOf(index: PageIndex, host: PageHost | undefined): HostCard[] {
  if (host) return host.benchmarks.map((card) => ({ host, card }));
  const names = new Set(index.hosts.flatMap(({ benchmarks }) => benchmarks.map(({ name }) => name)));
  return [...names].sort().flatMap((name) => measuredOn(index, name).slice(0, 1));
}

/** A benchmark on each host that knows it: where the suite still has it first, of these with a value first, then the host with the most recent session. */
export function measuredOn({ hosts }: PageIndex, name: string): HostCard[] {
  const all = hosts.flatMap((host) => host.benchmarks.filter((card) => card.name === name).map((card) => ({ host, card })));
  const rank = ({ card }: HostCard) => 2 * Number(card.group === undefined) + Number(card.value === undefined);
  return all.sort((a, b) => rank(a) - rank(b));
}

/** A field to choose the host by, which the address keeps; nothing where there is no choice. @param all words for all hosts together. */
export function hostField(hosts: readonly PageHost[], chosen: PageHost | undefined, all?: string): HTMLElement | undefined {
  if (hosts.length < 2) return undefined;
  const option = (value: string, text: string) => el("option", { value, selected: value === (chosen?.name ?? "") }, text);
  const select = el("select", {}, ...(all === undefined ? [] : [option("", all)]), ...hosts.map(({ name }) => option(name, name)));
  select.addEventListener("change", () => {
    // What was chosen since the page was drawn is in the address alone.
    const { path, settings } = routeOf(location.hash);
    location.hash = hashOf(path, { ...Object.fromEntries(settings), host: select.value });
  });
  return el("label", { class: "host" }, "Host ", select);
}
