import * as z from "zod";
import { timeSchema } from "./fields.ts";
import { failedSchema } from "./outcome.ts";

const failedHowSchema = failedSchema.omit({ status: true, workload: true });
/** A failure without the benchmark that it belongs to. */
export type FailedHow = z.infer<typeof failedHowSchema>;

export const tablesSchema = z.object({
  workloads: z.array(z.string()),
  fingerprints: z.array(z.string()),
  /** Revisions that copies are the same as. */
  originals: z.array(z.string()),
  failures: z.array(failedHowSchema),
  /** When imported values were taken. */
  times: z.array(timeSchema),
});
/** Values that columns of places point into. */
export type Tables = z.infer<typeof tablesSchema>;
