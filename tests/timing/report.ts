import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import * as z from "zod";

const root = join(import.meta.dirname, "../..");

const vitestSchema = z.object({
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

/** Counts and failures of a whole run. */
export interface Report {
  passed: number;
  failed: number;
  skipped: number;
  success: boolean;
  files: FileReport[];
}

interface FileReport {
  /** From the root of the checkout. */
  path: string;
  /** One text for each failure: the test's name and the error, shortened. */
  failures: string[];
}

/** Parses the JSON that vitest's reporter writes. */
export function readReport(text: string): Report {
  const { numPassedTests, numFailedTests, numPendingTests, success, testResults } = vitestSchema.parse(JSON.parse(text));
  const files = testResults.map(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === "failed");
    const failures = failed.map(({ fullName, failureMessages }) => `${fullName}\n${failureMessages.join("\n")}`);
    // A file that cannot be loaded has a message and no tests.
    const all = message === "" || failures.length > 0 ? failures : [message];
    return { path: relative(root, name), failures: all.map(shortened) };
  });
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests, success, files };
}

/** Returns each failure as text. They are repeated at the end of a run: often only the last lines of a long log are kept. */
export function failuresOf({ files }: Report): string[] {
  return files.flatMap(({ path, failures }) => failures.map((failure) => `FAILED ${path}: ${failure}`));
}

/** Lines that say little: frames of libraries and of Node itself, and empty ones. */
const noise = /^\s*(at .*(node_modules|\(?node:)|$)/;
/** Lines that say what went wrong, wherever they are. */
const telling = /error:|exit code|expected|received|hint:/i;

function shortened(text: string): string {
  const lines = stripVTControlCharacters(text)
    .split("\n")
    .filter((line) => !noise.test(line));
  const [begin, rest, end] = [lines.slice(0, 15), lines.slice(15, -15), lines.slice(15).slice(-15)];
  const middle = rest.filter((line) => telling.test(line)).slice(0, 10);
  const kept = rest.length > 0 ? [...begin, "…", ...middle, "…", ...end] : [...begin, ...end];
  return kept.map((line) => line.slice(0, 300)).join("\n");
}
