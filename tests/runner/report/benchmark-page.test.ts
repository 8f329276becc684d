import { expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import { history, idOf, input, measured, session } from "./fixture.ts";
import { program, copy, sortPage, link, page, sorted } from "./pages.ts";

test("revisions that run the same program share its value, say so, and are drawn once", () => {
  const sessions = [
    session(0, program(0.02, "e"), { serial: 0 }),
    session(1, program(0.01, "f"), { serial: 1 }),
    session(2, copy(1), { serial: 2 }),
    session(3, program(0.012, "f"), { serial: 3 }),
  ];
  const text = sortPage({ history: history(4), sessions });
  const rows = text
    .split("\n")
    .filter((line) => line.startsWith("| 2026-"))
    .map((line) => line.slice(2, -2).split(" | "));
  expect(rows.map(([, revision = ""]) => revision.replace(/.*?Change/, "Change"))).toEqual([
    `Change number 3<br>same program as ${link(2)}, also measured`,
    `Change number 2<br>same program as ${link(1)}`,
    "Change number 1",
    "Change number 0",
  ]);
  expect(new Set(rows.slice(0, 3).map(([, , value]) => value)).size).toBe(1);
  expect(rows.map(([, , , , change]) => change !== "")).toEqual([false, false, true, false]);
  expect(text).toContain("share one value");
  const files = renderReports(input({ history: history(4), sessions }));
  expect(page(files, "reports/benchmarks/sort.svg").match(/class="dot"/g)).toHaveLength(2);
  expect(page(files, "README.md")).toContain("| revisions measured | 3 of 4, 1 more with reused results only |");
  expect(page(files, "reports/environments.md")).toContain("3 sessions from");
  expect(sortPage({ sessions: sessions.slice(0, 2) })).not.toContain("same program");
});

test("a page shows the newest 50 rows, a chart the newest 500 points", () => {
  const sessions = Array.from({ length: 600 }, (_, number) => session(number, sorted(0.01), { serial: number }));
  const files = renderReports(input({ history: history(600), sessions }));
  const rows = page(files, "reports/benchmarks/sort.md").match(/^\| 20/gm);
  expect(rows).toHaveLength(50);
  expect(page(files, "reports/benchmarks/sort.md")).toContain(idOf(599));
  const [, line = ""] = /class="line" d="M([^"]*)"/.exec(page(files, "reports/benchmarks/sort.svg")) ?? [];
  expect(line.split("L")).toHaveLength(500);
});

test("compiled and interpreted measurements of revisions get a panel and a table each", () => {
  const sessions = [
    session(0, { sort: { compiled: measured(0.01), interpreted: measured(0.05) } }),
    session(1, { sort: { interpreted: measured(0.051) } }, { serial: 1 }),
  ];
  expect(sortPage({ sessions }).match(/^## Newest revisions, .*/gm)).toEqual([
    "## Newest revisions, compiled",
    "## Newest revisions, interpreted",
  ]);
  const chart = page(renderReports(input({ sessions })), "reports/benchmarks/sort.svg");
  expect(chart.match(/class="panel"/g)).toHaveLength(2);
  expect(chart.match(/class="dot"/g)).toHaveLength(3);
});
