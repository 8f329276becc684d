import type { PageIndex } from "../runner/report/page/data.ts";
import { el } from "./dom.ts";

/** The state of the server, a fact a row. */
export function serverState({ state }: PageIndex): HTMLElement {
  return el(
    "dl",
    { class: "state" },
    ...state.map(([name, text, warns]) => el("div", { class: warns ? "warns" : undefined }, el("dt", {}, name), el("dd", {}, text))),
  );
}
