import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as z from "zod";
import { hostSteps } from "../../lab/costs.ts";

const root = join(import.meta.dirname, "../..");

/** Names the folder in which each test file records its costs. */
export const costsFolderVariable = "EVENKEEL_TEST_COSTS";

const fileCostsSchema = z.object({
  /** From the root of the checkout. */
  file: z.string(),
  /** Wall seconds, hooks included. */
  wall: z.number(),
  /** Processor seconds of the test process and of the programs it has waited for, without hosts. */
  processor: z.number(),
  hosts: z.object({
    /** Wall seconds by step. */
    steps: z.record(z.enum(hostSteps), z.number()),
    /** Processor seconds of everything that ran on the hosts. */
    processor: z.number(),
  }),
});
export type FileCosts = z.infer<typeof fileCostsSchema>;

/** Returns the name under which a test file's costs are stored, and the path that the record bears. */
export function recordOf(testPath: string): { name: string; file: string } {
  const file = relative(root, testPath);
  return { name: `${encodeURIComponent(file)}.json`, file };
}

/** Returns what each test file recorded. */
export function readCosts(folder: string): FileCosts[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => fileCostsSchema.parse(JSON.parse(readFileSync(join(folder, name), "utf8"))));
}
