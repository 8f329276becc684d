import * as z from "zod";
import { line, printed, quoted, revisionSchema, timeSchema, variantSchema } from "./fields.ts";

const stageSchema = z.enum(["checkout", "dependencies", "list", "prepare", "compile", "run"]);
/** Step that stopped a benchmark. `checkout` and `dependencies` stop a whole revision. */
export type Stage = z.infer<typeof stageSchema>;

export const failureSchema = z.object({
  stage: stageSchema,
  /** Description of the failure in one line. */
  message: quoted,
  /** Last lines of the failed step's output, at most 40. */
  output: printed,
});
/** Failure of a subject in a step. */
export type Failure = z.infer<typeof failureSchema>;

/** Seconds of one process. */
export const sampleSchema = z.number().positive();

export const conditionsSchema = z.object({
  /** Load average over one minute. */
  load: z.number().nonnegative(),
  /** Number of times that the processor throttled itself. */
  throttled: z.number().int().nonnegative(),
  /** Pages swapped in or out. */
  swapped: z.number().int().nonnegative(),
  /** Degrees Celsius; absent without a sensor. */
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
  /** Hash of the executed program; absent if unknown. */
  fingerprint: line.exactOptional(),
  /** Mean wall time of a process, including its start. Seconds. */
  wallSeconds: z.number().positive().exactOptional(),
  conditions: conditionsSchema.exactOptional(),
});
/** A measured benchmark variant of one session, for reports. Seconds. */
export type Measured = z.infer<typeof measuredSchema>;

const importedSchema = z.object({
  status: z.literal("imported"),
  workload: line,
  /** Mean of the samples. Seconds. */
  seconds: z.number().positive(),
  /** Standard deviation of the samples, as a share of their mean: 0.01 is 1 %. */
  deviation: z.number().nonnegative(),
  /** Time of the measurement. */
  taken: timeSchema,
});
/** A value that another system measured and stored, without samples and their number. */
export type Imported = z.infer<typeof importedSchema>;

export const failedSchema = failureSchema.extend({
  status: z.literal("failed"),
  workload: line,
  /** Time of the measurement, for imported failures. */
  taken: timeSchema.exactOptional(),
});
/** A benchmark that failed: a result, not an exception. */
export type Failed = z.infer<typeof failedSchema>;

const reusedSchema = z.object({
  status: z.literal("reused"),
  workload: line,
  fingerprint: line,
  /** Revision whose sessions count for this one too. */
  as: revisionSchema,
});
/** Result reused from a measured neighbouring revision with the same program, without samples of its own. */
export type ReusedResult = z.infer<typeof reusedSchema>;

export const reusedVariantSchema = reusedSchema.omit({ status: true }).extend({ benchmark: z.string(), variant: variantSchema });
/** A benchmark variant that is not measured, because a neighbouring revision runs the same program. */
export type ReusedVariant = z.infer<typeof reusedVariantSchema>;

export const outcomeSchema = z.discriminatedUnion("status", [measuredSchema, importedSchema, failedSchema, reusedSchema]);
export type Outcome = z.infer<typeof outcomeSchema>;
