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
/** Ends what the view before had running. */
let leave = new AbortController();

/** How far down each view was when it was left by a link: who goes back is there again. */
const leftAt = new Map<string, number>();
let followed = false;

/** Draw what the address says. */
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
    main?.replaceChildren(el("p", { class: "said", role: "alert" }, `Cannot be shown: ${what}.`));
  }
  if (!focus) return;
  const field = isChoosing ? document.querySelector<HTMLElement>(".host select") : null;
  // Whoever chooses a host goes on choosing.
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
  // The address says what is shown, and goes on saying it.
  event.preventDefault();
  main?.focus();
});
document.addEventListener("click", ({ target }) => {
  if (!(target instanceof Element) || !target.closest("a[href^='#/']")) return;
  leftAt.set(location.hash, scrollY);
  followed = true;
});
addEventListener("hashchange", () => void show(true));
// Charts are drawn in the colours of the scheme.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => void show(false));
void show(false);
