import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import * as z from "zod";

const root = join(import.meta.dirname, "../..");
/** Seconds of each test file in a whole run; `npm test -- --record` writes it. */
export const recordedFile = join(import.meta.dirname, "seconds.json");

/** Returns the recorded seconds by test file, its path from the root of the checkout. */
function recordedSeconds(): Record<string, number> {
  return z.record(z.string(), z.number()).parse(JSON.parse(readFileSync(recordedFile, "utf8")));
}

/** Starts the longest files first, so that no worker is left alone with one at the end. A file without a record counts as the longest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const seconds = recordedSeconds();
    const length = ({ moduleId }: TestSpecification): number => seconds[relative(root, moduleId)] ?? Number.POSITIVE_INFINITY;
    const byName = [...files].sort((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
    return byName.sort((a, b) => (length(a) === length(b) ? 0 : length(b) - length(a)));
  }
}
