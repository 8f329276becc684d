// `npm test`: everything that must hold, from the quickest to the longest. Ends with the counts of the test runner itself.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { root } from "./pulumi-home.ts";

const checks = ["tsc -p .", "oxlint", "oxfmt --check", "knip"];
/** One after the other: what one has made, such as a built Python, the next finds. */
const suites = ["unit", "integration", "lab", "e2e", "alone"];

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  success: z.boolean(),
});
type Report = z.infer<typeof reportSchema>;

const scratch = mkdtempSync(join(tmpdir(), "evenkeel-test-"));
try {
  const isChecked = checks.map(passes).every(Boolean);
  const reports = suites.map(runSuite);
  const sum = (count: (report: Report) => number) => reports.reduce((total, report) => total + count(report), 0);
  const passed = sum((report) => report.numPassedTests);
  const failed = sum((report) => report.numFailedTests);
  const skipped = sum((report) => report.numPendingTests);
  process.exitCode = isChecked && reports.every((report) => report.success) ? 0 : 1;
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
} finally {
  rmSync(scratch, { recursive: true });
}

function passes(check: string): boolean {
  const started = performance.now();
  const { status } = spawnSync("sh", ["-c", check], { cwd: root, stdio: "inherit" });
  console.log(`${check}: ${status === 0 ? "ok" : "FAILED"}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return status === 0;
}

function runSuite(suite: string): Report {
  const file = join(scratch, `${suite}.json`);
  spawnSync("vitest", ["run", "--project", suite, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`], {
    cwd: root,
    stdio: "inherit",
  });
  return reportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}
