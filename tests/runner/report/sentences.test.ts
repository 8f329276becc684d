import { expect, test } from "vitest";
import { renderReports } from "../../../runner/report/markdown.ts";
import { decision, history, scalingFactor, scalingFile, input, measured, revision, session } from "./fixture.ts";
import { sorted, sortPage, story, sortRow, page } from "./pages.ts";

test("a benchmark whose sessions are bimodal says so, and which of them counts", () => {
  const sessions = Array.from({ length: 30 }, (_, number) =>
    session(number, sorted(number % 5 === 2 ? 0.0142 : 0.012), { serial: number }),
  );
  const content = sortPage({ ...story, history: history(30), sessions });
  expect(content).toContain(
    "Sessions of one program are bimodal here, more than 3.0 % apart. Each program gets three sessions, and its value is that of the faster group, which is the usual one.",
  );
  expect(sortPage(story)).not.toContain("bimodal");
});

test("a benchmark that began anew says so, with the versions, and values of other versions stay apart", () => {
  const versions = ["w1", "w9-v2", "w9-v3"];
  const outcomes = (index: number) => ({ sort: { compiled: measured(0.01 * (index + 1), { workload: versions[index] ?? "" }) } });
  const sessions = versions.map((_, index) => session(index, outcomes(index), { serial: index }));
  const benchmarks = [{ name: "sort", group: "main" as const, variants: ["compiled" as const], workload: "w9-v3" }];
  const across = scalingFile([scalingFactor({ workload: "w1" }, { workload: "w9-v3" }, Math.log(3))]);
  const decisions = [decision(1, { context: { environment: "e1", workload: "w9-v2" } })];
  const changes = { sessions, benchmarks, scalingFiles: [across], decisions, now: revision(31).committed };
  const text = sortPage(changes);
  expect(text).toContain(
    "It started anew with version 3. Values of versions 1, 2 are shown separately and cannot be compared with present ones.",
  );
  expect(text).toContain("|  | **benchmark version 2 → 3**: starts anew here; older values are not linked |");
  expect(text).toContain("|  | **benchmark version 1 → 2**: starts anew here; older values are not linked |");
  expect(text).not.toMatch(/not yet linked|broken|older values ×|confirmed/);
  expect(sortRow(changes)).toContain("| began anew |");
  const files = renderReports(input(changes));
  expect(page(files, "reports/benchmarks/sort.svg")).toContain("grey: other version");
  expect(page(files, "docs/data/hosts/host/benchmarks/sort.js")).toContain('"state":"other version"');
  expect(page(files, "docs/data/hosts/host/sentences.js")).toContain("It started anew with version 3");
});
