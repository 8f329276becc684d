import "./style.css";
import type { PageIndex } from "../runner/report/page/data.ts";
import { benchmarkView } from "./benchmark.ts";
import { compareView } from "./compare.ts";
import { el, outwards } from "./dom.ts";
import { loadIndex } from "./load.ts";
import { overview } from "./overview.ts";
import { hashOf, routeOf, type Route } from "./route.ts";
import { dayOf } from "../runner/text/quantities.ts";

const main = document.querySelector("main");
const header = document.querySelector("header");
const footer = document.querySelector("footer");
/** Aborts the work of the previous view. */
let leave = new AbortController();

/** Scroll positions of views that were left by a link, restored on the way back. */
const leftAt = new Map<string, number>();
let followed = false;

/** Renders the view of the address. */
async function show(focus: boolean): Promise<void> {
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  const route = routeOf(location.hash);
  const isChoosing = Boolean(document.activeElement?.closest(".host"));
  try {
    const index = await loadIndex();
    if (signal.aborted) return;
    frame(index, route);
    main?.replaceChildren(...(await view(index, route, signal)));
  } catch (error) {
    if (signal.aborted) return;
    const what = error instanceof Error ? error.message : String(error);
    main?.replaceChildren(el("p", { class: "said", role: "alert" }, `Cannot show this view: ${what}.`));
  }
  if (!focus) return;
  const field = isChoosing ? document.querySelector<HTMLElement>(".host select") : null;
  // The field of hosts keeps the focus.
  if (field) return field.focus({ preventScroll: true });
  main?.focus({ preventScroll: true });
  scrollTo(0, followed ? 0 : (leftAt.get(location.hash) ?? 0));
  followed = false;
}

async function view(index: PageIndex, route: Route, signal: AbortSignal): Promise<Node[]> {
  const [kind, which] = route.path;
  if (kind === "benchmark" && which !== undefined) return benchmarkView(index, which, route, signal);
  if (kind === "compare") return compareView(index, which === "environments" ? "environments" : "revisions", route, signal);
  return overview(index, route);
}

function frame({ target, hosts, now }: PageIndex, { path }: Route): void {
  const [kind] = path;
  document.title = path[1] !== undefined && kind === "benchmark" ? `${path[1]} · ${target.name} benchmarks` : `${target.name} benchmarks`;
  header?.replaceChildren(
    el("h1", {}, el("a", { href: "#/" }, target.name), el("span", { class: "quiet" }, " benchmarks")),
    el(
      "nav",
      { "aria-label": "Pages" },
      el("a", { href: "#/", "aria-current": here(kind === undefined) }, "Overview"),
      el("a", { href: hashOf(["compare", "revisions"]), "aria-current": here(kind === "compare") }, "Compare"),
    ),
  );
  footer?.replaceChildren(
    `Measured by ${hosts.map(({ name }) => name).join(", ")}, as of ${dayOf(now)}. Written by Evenkeel. `,
    outwards(target.web, target.web ? "The project" : ""),
  );
}

function here(wanted: boolean): string | undefined {
  return wanted ? "page" : undefined;
}

document.querySelector(".skip")?.addEventListener("click", (event) => {
  // The fragment of the address is the view and must not change.
  event.preventDefault();
  main?.focus();
});
document.addEventListener("click", ({ target }) => {
  if (!(target instanceof Element) || !target.closest("a[href^='#/']")) return;
  leftAt.set(location.hash, scrollY);
  followed = true;
});
addEventListener("hashchange", () => void show(true));
// Charts are drawn in the colours of the scheme, so they are drawn again.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => void show(false));
void show(false);
