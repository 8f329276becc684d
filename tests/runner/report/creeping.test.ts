import { expect, test } from "vitest";
import type { Decision } from "../../../runner/model.ts";
import { renderReports } from "../../../runner/report/markdown.ts";
import { decision, history, idOf, input, measured, session } from "./fixture.ts";

const reportsWith = (decisions: readonly Decision[]) =>
  renderReports(
    input({
      history: history(6),
      sessions: [1, 1.01, 1.02, 1.03, 1.04, 1.05].map((seconds, number) =>
        session(number, { sort: { compiled: measured(seconds) } }, { serial: number }),
      ),
      decisions,
      now: "2026-01-10T00:00:00.000Z",
    }),
  );

const range = decision(5, { outcome: "creeping", found: "creeping", lastGood: idOf(0), skipped: 4 });
const since = /\+5\.13 % ± 0\.46 % since \[`[0-9a-f]{12}`\]\([^)]+\), in no single revision/;

test("a creeping change is told on the benchmark's page, in its summary and on the first page, and marks no revision", () => {
  const files = reportsWith([range]);
  const page = files.get("reports/benchmarks/sort.md") ?? "";
  expect(page).toMatch(since);
  expect(page).toContain("Creeping change: +5.13 %");
  expect(page).not.toContain("confirmed");
  expect(files.get("reports/summary-main.md")).toMatch(/## Creeping changes[^]*\[sort\]\(benchmarks\/sort\.md\)/);
  expect(files.get("README.md")).toMatch(/## Creeping changes[^]*\[sort\]\(reports\/benchmarks\/sort\.md\)/);
  expect(files.get("docs/data/hosts/host/sentences.js")).toMatch(
    /Creeping change: \+5\.13 % ± 0\.46 % since [0-9a-f]{12}, in no single revision/,
  );
  expect(files.get("docs/data/hosts/host/benchmarks/sort.js")).toContain('"changes":[],"drifts":[]');
});

test("one that a later range extends, or that was not confirmed, is told no more", () => {
  const longer = decision(4, { ...range, firstBad: idOf(4), supersedes: { firstBad: idOf(5), n: 1 } });
  expect(
    reportsWith([range, longer])
      .get("reports/summary-main.md")
      ?.match(/in no single revision/g),
  ).toHaveLength(1);
  expect(reportsWith([{ ...range, outcome: "rejected" }])).toEqual(reportsWith([]));
});
