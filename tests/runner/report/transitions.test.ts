import { expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import { environment, input, measured, revision, session } from "./fixture.ts";
import { sorted, sortRow, sortPage, page } from "./pages.ts";

test("values of another environment are shown as not yet linked, with a row where the transition is", () => {
  const later = environment("e1", { python: { version: "3.13.5", buildFlags: "", sha256: "b" }, compiler: "gcc 14.2.0" });
  const environments = new Map([
    ["e0", environment("e0")],
    ["e1", later],
  ]);
  const old = [0, 1].map((number) => session(number, sorted(0.02), { environment: "e0", serial: number }));
  const before = { sessions: old, environments };
  expect(sortRow(before)).toContain("| not measured in this environment yet |");
  expect(sortPage(before)).toContain("**environment `e0`**: not yet linked with the present environment");
  const after = { sessions: [...old, session(2, sorted(0.01), { serial: 2 })], environments };
  expect(sortRow({ ...after, now: revision(33).committed })).toContain("| no new value |");
  expect(sortRow({ ...after, now: revision(31).committed })).toContain("| not yet linked |");
  const label = "Python 3.12.1 → 3.13.5, compiler gcc 12.2.0 → gcc 14.2.0";
  expect(sortPage(after)).toContain(`|  | **${label}**: older values are not yet linked |  |  |  |`);
  const chart = page(renderReports(input(after)), "reports/benchmarks/sort.svg");
  expect(chart).toContain(`>${label}</text>`);
  expect(chart).toContain('class="unlinked"');
});

test("an edited benchmark is a labelled transition, and no change of the target", () => {
  const sessions = [session(1, sorted(0.01)), session(2, { sort: { compiled: measured(0.02, { workload: "w2" }) } }, { serial: 1 })];
  const benchmarks = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w2" }];
  const changes = { sessions, benchmarks, now: revision(2).committed };
  expect(sortPage(changes)).toContain("|  | **benchmark edited in the suite**: older values are not yet linked |  |  |  |");
  const rows = sortPage(changes)
    .split("\n")
    .filter((line) => line.startsWith("| 2026-"));
  expect(rows.map((line) => line.slice(2, -2).split(" | ").slice(4, 5))).toEqual([[""], [""]]);
  expect(sortRow({ ...changes, now: revision(31).committed })).toContain("| not yet linked |");
});
