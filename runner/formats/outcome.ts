import * as z from "zod";
import { line, printed, quoted, revisionSchema, timeSchema, variantSchema } from "./fields.ts";

const stageSchema = z.enum(["checkout", "dependencies", "list", "prepare", "compile", "run"]);
/** Step that stopped a benchmark. `checkout` and `dependencies` stop a whole revision. */
export type Stage = z.infer<typeof stageSchema>;

export const failureSchema = z.object({
  stage: stageSchema,
  /** One line: what happened. */
  message: quoted,
  /** Last lines of what the failing step printed, at most 40. */
  output: printed,
});
/** Step that a subject failed in, and how. */
export type Failure = z.infer<typeof failureSchema>;

/** Seconds of one process. */
export const sampleSchema = z.number().positive();

export const conditionsSchema = z.object({
  /** Load average over one minute. */
  load: z.number().nonnegative(),
  /** Times the processor throttled itself. */
  throttled: z.number().int().nonnegative(),
  /** Pages swapped in or out. */
  swapped: z.number().int().nonnegative(),
  /** Degrees Celsius; absent where there is no sensor. */
  temperature: z.number().exactOptional(),
});
/** State of the machine while one benchmark variant was measured: the worst of its blocks. */
export type Conditions = z.infer<typeof conditionsSchema>;

const measuredSchema = z.object({
  status: z.literal("ok"),
  workload: line,
  /** Location of the samples: e to the trimmed mean of their natural logarithms. */
  seconds: z.number().positive(),
  /** Winsorised standard error of ln seconds, within the session: relative, 0.01 is 1 %. */
  standardError: z.number().nonnegative(),
  /** Degrees of freedom of standardError, at least 1. */
  degreesOfFreedom: z.number().min(1),
  samples: z.number().int().positive(),
  minimum: z.number().positive(),
  median: z.number().positive(),
  /** Hash of the program that was executed; absent where that cannot be told. */
  fingerprint: line.exactOptional(),
  /** Mean wall time of a process, its start included. Seconds. */
  wallSeconds: z.number().positive().exactOptional(),
  conditions: conditionsSchema.exactOptional(),
});
/** A measured benchmark variant of one session: what reports read. Seconds. */
export type Measured = z.infer<typeof measuredSchema>;

const importedSchema = z.object({
  status: z.literal("imported"),
  workload: line,
  /** Mean of the samples. Seconds. */
  seconds: z.number().positive(),
  /** Standard deviation of the samples, as a share of their mean: 0.01 is 1 %. */
  deviation: z.number().nonnegative(),
  /** When it was measured. */
  taken: timeSchema,
});
/** A value that another system measured and stored: without samples, and without their number. */
export type Imported = z.infer<typeof importedSchema>;

export const failedSchema = failureSchema.extend({
  status: z.literal("failed"),
  workload: line,
  /** When, where it was imported. */
  taken: timeSchema.exactOptional(),
});
/** A benchmark that failed: a result, not an exception. */
export type Failed = z.infer<typeof failedSchema>;

const reusedSchema = z.object({
  status: z.literal("reused"),
  workload: line,
  fingerprint: line,
  /** The revision whose sessions are this one's too. */
  as: revisionSchema,
});
/** The very program of a neighbouring revision, which was measured: no samples of its own. */
export type ReusedResult = z.infer<typeof reusedSchema>;

export const reusedVariantSchema = reusedSchema.omit({ status: true }).extend({ benchmark: z.string(), variant: variantSchema });
/** A benchmark variant that need not be measured: a neighbouring revision runs the very program. */
export type ReusedVariant = z.infer<typeof reusedVariantSchema>;

export const outcomeSchema = z.discriminatedUnion("status", [measuredSchema, importedSchema, failedSchema, reusedSchema]);
export type Outcome = z.infer<typeof outcomeSchema>;
