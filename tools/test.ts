// Runs checks and tests. `npm run check`: static checks and unit tests. `npm run test:quick`: also other tests that need neither root nor
// hosts. `npm test`: all tests. Each ends with the counts of the test runner.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { costsFolderVariable, readCosts, type FileCosts } from "../tests/timing/costs.ts";
import { recordedFile } from "../tests/timing/longest-first.ts";
import { costsTable, longRuns } from "../tests/timing/table.ts";
import { failuresOf, readReport, type Report } from "../tests/timing/report.ts";
import { root } from "../config/root.ts";

/** Scripts of package.json in the order of their duration, the longest first. */
const checks = ["types", "lint", "unused", "page-types", "format"];
const projectsOf = { check: ["unit"], quick: ["unit", "simulation", "integration"], all: ["*"] } as const;

if (process.argv.includes("--help") || process.argv.includes("-h")) {
  console.log(`usage: npm run check | npm run test:quick | npm test [-- --record]

check: types, lint, unused code, format and unit tests. test:quick: also integration tests and simulations.
test: everything, on throwaway hosts; --record stores the duration of each file.
Exit codes: 0 all passed, 1 something failed.`);
  process.exit(0);
}

const scope = process.argv.includes("--check") ? "check" : process.argv.includes("--quick") ? "quick" : "all";
const isRecording = process.argv.includes("--record");

const scratch = mkdtempSync(join(tmpdir(), "evenkeel-test-"));
try {
  const started = performance.now();
  const isChecked = await allPass(checks);
  const report = runTests(projectsOf[scope]);
  const minutes = (performance.now() - started) / 60_000;
  const costs = readCosts(join(scratch, "costs"));
  if (scope !== "check") console.log(`\n${costsTable(costs)}`);
  for (const warning of longRuns(costs, minutes)) console.log(`warning: ${warning}`);
  for (const failure of failuresOf(report)) console.log(`\n${failure}`);
  if (isRecording) writeFileSync(recordedFile, `${JSON.stringify(secondsByFile(costs), null, 2)}\n`);
  process.exitCode = isChecked && report.success ? 0 : 1;
  console.log(`\n${minutes.toFixed(1)} minutes in all`);
  console.log(`${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped`);
} finally {
  rmSync(scratch, { recursive: true });
}

/** Runs checks in parallel, one per core. */
async function allPass(names: readonly string[]): Promise<boolean> {
  const waiting = [...names];
  const results: boolean[] = [];
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) results.push(await passes(name));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results.every(Boolean);
}

/** Runs a check and prints its output at its end, so that outputs of parallel checks do not mix. */
async function passes(name: string): Promise<boolean> {
  const started = performance.now();
  const child = spawn(process.execPath, ["--run", `check:${name}`], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${name}: ${status === 0 ? "ok" : "FAILED"}, ${seconds} s${status === 0 ? "" : `\n${output}`}`);
  return status === 0;
}

function runTests(projects: readonly string[]): Report {
  const file = join(scratch, "report.json");
  const selected = projects.map((project) => `--project=${project}`);
  spawnSync("vitest", ["run", ...selected, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`], {
    cwd: root,
    env: { ...process.env, [costsFolderVariable]: join(scratch, "costs") },
    stdio: "inherit",
  });
  return readReport(readFileSync(file, "utf8"));
}

/** Returns the seconds of files that take at least one second. The order of other files does not matter. */
function secondsByFile(costs: readonly FileCosts[]): Record<string, number> {
  const entries = costs.filter(({ wall }) => wall >= 1).map(({ file, wall }): [string, number] => [file, Math.round(wall)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
