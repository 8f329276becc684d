import type { PageBenchmark, PageHost, PageIndex } from "../runner/report/page/data.ts";
import { chartsOf } from "./charts.ts";
import { choice, el } from "./dom.ts";
import { events } from "./events.ts";
import { chosenHost, hostField, measuredOn, type HostCard } from "./hosts.ts";
import { loadSentences } from "./load.ts";
import { loadAll } from "./loaded.ts";
import { newestRows } from "./newest-rows.ts";
import { hashOf, keep, type Route } from "./route.ts";
import type { Mode } from "./tracks.ts";

/** Renders a benchmark on a host: sentences about its state, its timeline and its newest values. */
export async function benchmarkView(index: PageIndex, name: string, route: Route, signal: AbortSignal): Promise<Node[]> {
  const all = measuredOn(index, name);
  const wanted = chosenHost(index, route);
  const shown = all.find(({ host }) => host === wanted) ?? all[0];
  if (!shown)
    return [
      el("p", { class: "said", role: "alert" }, `Unknown benchmark ${name}.`),
      el("p", {}, el("a", { href: "#/" }, "All benchmarks")),
    ];
  const { host, card } = shown;
  const [loaded, said] = await Promise.all([loadAll(index, shown), loadSentences(host.file)]);
  const chosen: { mode: Mode } = { mode: route.settings.get("view") === "raw" ? "raw" : "continuous" };
  const container = el("div", { class: "charts" });
  let charts = new AbortController();
  signal.addEventListener("abort", () => charts.abort());
  const draw = (): void => {
    charts.abort();
    charts = new AbortController();
    const within = loaded.points.some((points) => points.length > 0) ? chartsOf(container, loaded, chosen.mode, charts.signal) : undefined;
    if (!within) container.replaceChildren(el("p", { class: "quiet" }, "Nothing to draw yet: no revision was measured."));
  };
  const modes = choice<Mode>(
    "Values",
    [
      ["continuous", "continuous"],
      ["raw", "as measured"],
    ],
    chosen.mode,
    (mode) => {
      chosen.mode = mode;
      keep({ view: mode === "raw" ? "raw" : "" });
      draw();
    },
  );
  // Charts take the width of their container, so it must be on the page first.
  requestAnimationFrame(() => signal.aborted || draw());
  return [
    el("p", { class: "way" }, el("a", { href: "#/" }, "Overview"), ` / ${card.group ?? "no longer in the suite"}`),
    el("h2", {}, name),
    el("p", { class: "sentences" }, (said.find(([one]) => one === name)?.[1] ?? []).join(" ")),
    el("div", { class: "tools" }, hostField(hostsOf(all), host), modes, el("p", { class: "quiet hint" }, modeHint(loaded.content))),
    container,
    ...events(loaded),
    ...newestRows(loaded),
    el("p", { class: "quiet" }, el("a", { href: hashOf(["compare", "revisions"]) }, "Compare two revisions"), " over all benchmarks."),
  ];
}

/** Returns the hosts in their shown order. */
function hostsOf(all: readonly HostCard[]): PageHost[] {
  return all.map(({ host }) => host);
}

function modeHint({ series }: PageBenchmark): string {
  const isLinked = series.some(({ segments }) => segments.filter(({ state }) => state === "linked").length > 1);
  return isLinked
    ? "Continuous: older values are scaled to the present environment, and bands include the error of the scaling. As measured: stored values."
    : "All linked values are of one environment. The view as measured also shows repeated measurements.";
}
