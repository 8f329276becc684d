import { expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import { input, measured, session, decision, idOf } from "./fixture.ts";
import { sortRow, sortPage, sorted, page } from "./pages.ts";
import { reportsWith } from "./decided-reports.ts";

test("a listed benchmark without any session is not measured yet", () => {
  expect(sortRow({})).toBe("| [sort](benchmarks/sort.md) | not measured yet |  |  |");
  expect(sortPage({})).toContain("Not measured yet.");
  expect(renderReports(input()).has("reports/benchmarks/sort.svg")).toBe(false);
});

test("a benchmark the suite dropped keeps its page and leaves the summary", () => {
  const sessions = [session(0, { gone: { compiled: measured(0.01) }, ...sorted(1) })];
  const files = renderReports(input({ sessions }));
  expect(page(files, "README.md")).toContain("## No longer in the suite\n\n[gone](reports/benchmarks/gone.md)");
  expect(page(files, "reports/benchmarks/gone.md")).toContain("No longer in the suite: its series ends here.");
  expect(page(files, "reports/summary-main.md")).not.toContain("gone");
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
