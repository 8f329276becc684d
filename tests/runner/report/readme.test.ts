import { expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import { failed, idOf, input, measured, session, decision, history, revision } from "./fixture.ts";
import { page } from "./pages.ts";
import { reportsWith } from "./decided-reports.ts";

test("the first page says since which revision benchmarks fail and why, and counts them beside the host's state", () => {
  const sessions = [0, 1, 2].map((number) =>
    session(number, { hash: { compiled: measured(1) }, sort: { compiled: number === 0 ? measured(1) : failed() } }, { serial: number }),
  );
  const benchmarks = ["hash", "sort"].map((name) => ({ name, group: "main" as const, variants: ["compiled" as const], workload: "w1" }));
  const readme = page(renderReports(input({ sessions, benchmarks })), "README.md");
  const id = idOf(1);
  expect(readme).toContain(
    `## Failing at the newest revision\n\n- [sort](reports/benchmarks/sort.md) since [\`${id.slice(0, 12)}\`](https://example.org/lang/commit/${id}): compile: cc said no\n`,
  );
  expect(readme).toContain("| failing | 1 benchmark |");
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
