// `npm test`: everything that must hold, from the quickest to the longest. Ends with the counts of the test runner itself.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import { root } from "./pulumi-home.ts";

const checks = ["tsc -p .", "tsc -p page", "oxlint", "oxfmt --check", "knip"];
/** One after the other: what one has made, such as a built Python, the next finds. */
const suites = ["unit", "integration", "page", "lab", "e2e", "alone"];

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()) })),
    }),
  ),
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
  for (const failure of reports.flatMap(failuresOf)) console.log(`${failure}\n`);
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

/** What failed, told again at the end: a log of an hour is often kept by its last lines alone. */
function failuresOf(report: Report): string[] {
  return report.testResults.flatMap(({ name, message, assertionResults }) => {
    const failures = assertionResults
      .filter(({ status }) => status === "failed")
      .map(({ fullName, failureMessages }) => `${fullName}\n${failureMessages.join("\n")}`);
    const told = message === "" || failures.length > 0 ? failures : [message];
    return told.map((failure) => `FAILED ${relative(root, name)}: ${shortened(failure)}`);
  });
}

function shortened(text: string): string {
  const lines = stripVTControlCharacters(text).split("\n");
  const [kept, end] = [lines.slice(0, 25), lines.slice(25).slice(-15)];
  return [...kept, ...(end.length > 0 ? ["…"] : []), ...end].map((line) => line.slice(0, 300)).join("\n");
}
