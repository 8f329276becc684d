import { expect, test } from "vitest";
import { decision, idOf } from "./fixture.ts";
import { reportsWith } from "./decided-reports.ts";

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
