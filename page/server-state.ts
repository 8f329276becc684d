import type { PageHost } from "../runner/report/page/data.ts";
import { el } from "./dom.ts";

/** The state of hosts; of several only where somebody should look at one, or opens it. */
export function hostStates(hosts: readonly PageHost[]): HTMLElement[] {
  const [only, ...others] = hosts.map(hostState);
  if (!only || others.length === 0) return only ? [only] : [];
  const isWarning = hosts.some(({ state }) => state.some(([, , warns]) => warns === 1));
  const names = hosts.map(({ name }) => name).join(", ");
  return [
    el("details", { class: "states", open: isWarning }, el("summary", {}, `State of ${hosts.length} hosts: ${names}`), only, ...others),
  ];
}

/** A fact a row. */
function hostState({ state }: PageHost): HTMLElement {
  return el(
    "dl",
    { class: "state" },
    ...state.map(([name, text, warns]) => el("div", { class: warns ? "warns" : undefined }, el("dt", {}, name), el("dd", {}, text))),
  );
}
