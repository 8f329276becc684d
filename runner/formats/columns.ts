import * as z from "zod";
import { timeSchema } from "./fields.ts";
import { failedSchema } from "./outcome.ts";

const failedHowSchema = failedSchema.omit({ status: true, workload: true });
/** A failure without the benchmark that it belongs to. */
export type FailedHow = z.infer<typeof failedHowSchema>;

export const tablesSchema = z.object({
  workloads: z.array(z.string()),
  fingerprints: z.array(z.string()),
  /** Revisions whose results are reused. */
  originals: z.array(z.string()),
  failures: z.array(failedHowSchema),
  /** Times of imported values. */
  times: z.array(timeSchema),
});
/** Values that columns of indexes refer to. */
export type Tables = z.infer<typeof tablesSchema>;
