import type { PageHost } from "../runner/report/page/data.ts";
import { el } from "./dom.ts";

/** Renders the state of hosts. Several hosts are collapsed, unless one has a warning. */
export function hostStates(hosts: readonly PageHost[]): HTMLElement[] {
  const [only, ...others] = hosts.map(hostState);
  if (!only || others.length === 0) return only ? [only] : [];
  const isWarning = hosts.some(({ state }) => state.some(([, , warns]) => warns === 1));
  const names = hosts.map(({ name }) => name).join(", ");
  return [
    el("details", { class: "states", open: isWarning }, el("summary", {}, `State of ${hosts.length} hosts: ${names}`), only, ...others),
  ];
}

/** Renders the state of a host, a row for each fact. */
function hostState({ state }: PageHost): HTMLElement {
  return el(
    "dl",
    { class: "state" },
    ...state.map(([name, text, warns]) => el("div", { class: warns ? "warns" : undefined }, el("dt", {}, name), el("dd", {}, text))),
  );
}
