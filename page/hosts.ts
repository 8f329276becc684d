import type { Card, PageHost, PageIndex } from "../runner/report/page/data.ts";
import { el } from "./dom.ts";
import { hashOf, routeOf, type Route } from "./route.ts";

/** A benchmark on one host. */
export interface HostCard {
  host: PageHost;
  card: Card;
}

/** Returns the host that the address names; undefined if it names none or an unknown one. */
export function chosenHost({ hosts }: PageIndex, { settings }: Route): PageHost | undefined {
  return hosts.find(({ name }) => name === settings.get("host"));
}

/** Returns every benchmark once, by name: those of one host, or without a host each one on its preferred host. */
export function cardsOf(index: PageIndex, host: PageHost | undefined): HostCard[] {
  if (host) return host.benchmarks.map((card) => ({ host, card }));
  const names = new Set(index.hosts.flatMap(({ benchmarks }) => benchmarks.map(({ name }) => name)));
  return [...names].sort().flatMap((name) => measuredOn(index, name).slice(0, 1));
}

/**
 * Returns a benchmark on each host that has it. Hosts whose suite still lists it come first, then hosts with a value, then the host with the
 * most recent session.
 */
export function measuredOn({ hosts }: PageIndex, name: string): HostCard[] {
  const all = hosts.flatMap((host) => host.benchmarks.filter((card) => card.name === name).map((card) => ({ host, card })));
  const rank = ({ card }: HostCard) => 2 * Number(card.group === undefined) + Number(card.value === undefined);
  return all.sort((a, b) => rank(a) - rank(b));
}

/** Renders a field to choose the host, which the address stores; nothing if there is only one. @param all text of the option for all hosts. */
export function hostField(hosts: readonly PageHost[], chosen: PageHost | undefined, all?: string): HTMLElement | undefined {
  if (hosts.length < 2) return undefined;
  const option = (value: string, text: string) => el("option", { value, selected: value === (chosen?.name ?? "") }, text);
  const select = el("select", {}, ...(all === undefined ? [] : [option("", all)]), ...hosts.map(({ name }) => option(name, name)));
  select.addEventListener("change", () => {
    // Only the address has the settings that were chosen since the page was drawn.
    const { path, settings } = routeOf(location.hash);
    location.hash = hashOf(path, { ...Object.fromEntries(settings), host: select.value });
  });
  return el("label", { class: "host" }, "Host ", select);
}
