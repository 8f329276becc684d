import { expect, test } from "vitest";
import type { Decision } from "../../../runner/model.ts";
import { renderReports } from "../../../runner/report/markdown.ts";
import { decision, history, idOf, input, measured, revision, session } from "./fixture.ts";

const at = (number: number, seconds: number) => session(number, { sort: { compiled: measured(seconds) } }, { serial: number });

/** Six revisions, the fourth of which is slower. */
const reportsWith = (decisions: readonly Decision[], changes: Parameters<typeof input>[0] = {}) =>
  renderReports(
    input({
      history: history(6),
      sessions: [1, 1.001, 1, 1.05, 1.051, 1.05].map((seconds, number) => at(number, seconds)),
      decisions,
      now: "2026-01-10T00:00:00.000Z",
      ...changes,
    }),
  );

test("a confirmed change is marked in its row and in the chart, and in no other", () => {
  const files = reportsWith([decision(3)]);
  const page = files.get("reports/benchmarks/sort.md") ?? "";
  const rows = page.split("\n").filter((line) => line.startsWith("| 2026-"));
  expect(rows).toHaveLength(6);
  expect(rows.filter((row) => row.includes("confirmed"))).toEqual([
    expect.stringMatching(/Change number 3<br>\*\*confirmed: slower, \+5\.13 % ± 0\.46 %\*\* \|/),
  ]);
  const chart = files.get("reports/benchmarks/sort.svg") ?? "";
  expect(chart.match(/class="change"/g)).toHaveLength(1);
  expect(chart).toContain("▲ ▼: confirmed slower, faster");
});

test("what was rejected or could not be confirmed is marked nowhere", () => {
  const { change: _, ...without } = decision(4, { outcome: "unconfirmable", reason: "compile: cc said no" });
  expect(reportsWith([decision(3, { outcome: "rejected" }), without])).toEqual(reportsWith([]));
});

test("a drift of the machine is marked as that on the benchmark's page, and is no change anywhere", () => {
  const files = reportsWith([decision(3, { outcome: "drifted" })]);
  const page = files.get("reports/benchmarks/sort.md") ?? "";
  expect(page.match(/Change number 3<br>drift of the machine/g)).toHaveLength(1);
  expect(page).not.toContain("confirmed:");
  expect(files.get("reports/benchmarks/sort.svg")?.match(/class="drift"/g)).toHaveLength(1);
  expect(files.get("docs/data/index.js")).toContain('"drifts":[3]');
  expect(files.get("docs/data/hosts/host/benchmarks/sort.js")).toMatch(
    /"changes":\[\],"drifts":\[\{"position":3,"label":"drift of the machine/,
  );
  expect(files.get("README.md")).toEqual(reportsWith([]).get("README.md"));
});

test("the page says of which benchmark no change can be detected yet", () => {
  const needed = /Changes cannot be detected yet: detection needs 9 measured programs/;
  expect([...reportsWith([]).values()].join("\n")).toMatch(needed);
});

test("summaries list confirmed changes newest first, the title a link to the commit", () => {
  const files = reportsWith([
    decision(3),
    decision(5, { direction: "faster", change: { phi: -0.02, standardError: 0.001, degreesOfFreedom: 11 } }),
  ]);
  const summary = files.get("reports/summary-main.md") ?? "";
  expect(summary.slice(summary.indexOf("## Confirmed changes")).split("\n").slice(4)).toEqual([
    `| 2026-01-06 | [sort](benchmarks/sort.md) | −1.98 % ± 0.22 % | [Change number 5](https://example.org/lang/commit/${idOf(5)}) |`,
    `| 2026-01-04 | [sort](benchmarks/sort.md) | +5.13 % ± 0.46 % | [Change number 3](https://example.org/lang/commit/${idOf(3)}) |`,
    "",
  ]);
  expect(files.get("reports/summary-microbenchmarks.md")).not.toContain("Confirmed changes");
});

test("summaries begin with the benchmarks that changed last, then those without a confirmed change by name", () => {
  const names = ["b_still", "a_still", "early", "late"];
  const files = reportsWith(
    [decision(2, { benchmark: "early" }), decision(5, { benchmark: "late" }), decision(4, { benchmark: "a_still", outcome: "rejected" })],
    {
      benchmarks: names.map((name) => ({ name, group: "main" as const, variants: ["compiled" as const], workload: "w1" })),
      sessions: Array.from({ length: 6 }, (_, number) =>
        session(number, Object.fromEntries(names.map((name) => [name, { compiled: measured(1 + number / 9) }])), { serial: number }),
      ),
    },
  );
  const summary = files.get("reports/summary-main.md") ?? "";
  const table = summary.slice(0, summary.indexOf("##")).matchAll(/^\| \[(.*?)\]/gm);
  expect([...table].map(([, name]) => name?.replaceAll("\\", ""))).toEqual(["late", "early", "a_still", "b_still"]);
});

test("the first page tells what changed in the last month", () => {
  const old = { ...revision(3), committed: "2025-11-01T00:00:00.000Z" };
  expect(reportsWith([decision(3)]).get("README.md")).toContain("## Changed in the last month");
  const files = reportsWith([decision(3)], { history: history(6).map((one) => (one.id === old.id ? old : one)) });
  expect(files.get("README.md")).not.toContain("Changed in the last month");
});

test("the first page tells nothing of changes of benchmarks that the suite no longer has; their own pages do", () => {
  const files = reportsWith([decision(3)], { benchmarks: [{ name: "tree", group: "main", variants: ["compiled"], workload: "w1" }] });
  expect(files.get("README.md")).not.toContain("Changed in the last month");
  expect(files.get("README.md")).toContain("## No longer in the suite\n\n[sort](reports/benchmarks/sort.md)");
  expect(files.get("reports/benchmarks/sort.md")).toContain("confirmed: slower");
});

test("where revisions were skipped, it is one of several; once that is narrowed, the first decision is told no more", () => {
  const wide = decision(4, { lastGood: idOf(1), skipped: 2 });
  expect(reportsWith([wide]).get("reports/summary-main.md")).toMatch(
    /Change number 4\]\([^)]+\), or one of 2 revisions before it, since \[`/,
  );
  const narrow = decision(3, { found: "bisection", supersedes: { firstBad: idOf(4), n: 1 } });
  const summary = reportsWith([narrow, wide]).get("reports/summary-main.md") ?? "";
  expect(summary.match(/Change number/g)).toHaveLength(1);
  expect(summary).toContain("Change number 3");
});

test("changes of revisions that are not in the history any more, or of another host, are not told", () => {
  const elsewhere = decision(3, { context: { environment: "e9", workload: "w1" } });
  expect(reportsWith([decision(99), elsewhere])).toEqual(reportsWith([]));
});

test("the page has them too: their mark on the timeline, and their place on the benchmark's card", () => {
  const files = reportsWith([decision(3), decision(5, { outcome: "rejected" })]);
  expect(files.get("docs/data/hosts/host/benchmarks/sort.js")).toContain(
    '"changes":[{"position":3,"label":"+5.13 % ± 0.46 %","direction":"slower","change":{"phi":0.05,"standardError":0.002,"degreesOfFreedom":11}}]',
  );
  expect(files.get("docs/data/index.js")).toContain('"slower":[3],"changed":3');
});
