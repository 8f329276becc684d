import * as z from "zod";
import { timeSchema, variantSchema } from "../formats/fields.ts";
import { conditionsSchema, failureSchema, reusedVariantSchema, sampleSchema } from "../formats/outcome.ts";
import { headFields } from "../formats/session.ts";
import { tryParseJson } from "../text/json.ts";

/** Most samples that a pilot can lead to, since a journal reserves its space in advance. */
export const mostSamples = 40;

const plannedSchema = z.object({
  benchmark: z.string(),
  variant: variantSchema,
  workload: z.string(),
  /** Wanted number of samples; for an undecided variant, the number of its pilot. */
  samples: z.number().int().min(2),
  /** Set if the number is chosen after the pilot. */
  undecided: z.literal(true).exactOptional(),
  /** Fingerprint of the measured program; absent if unknown. */
  fingerprint: z.string().exactOptional(),
});
/** One variant of a benchmark in the plan of a session. */
export type Planned = z.infer<typeof plannedSchema>;

const chosenSchema = plannedSchema.pick({ benchmark: true, variant: true, samples: true });
/** Number of samples of an undecided variant, chosen after its pilot. */
export type ChosenSamples = z.infer<typeof chosenSchema>;

const failedVariantSchema = failureSchema.extend({ benchmark: z.string(), variant: variantSchema, workload: z.string() });
/** A failed variant, with the stage and the output. */
export type FailedVariant = z.infer<typeof failedVariantSchema>;

export const headerSchema = z.object({
  ...headFields,
  bootId: z.string(),
  /** Id of the measured build. Only the same build can resume a journal. */
  buildId: z.string(),
  plan: z.array(plannedSchema),
  /** Seconds for all undecided variants together; absent without any. */
  secondsToChoose: z.number().nonnegative().exactOptional(),
  /** Variants that failed before measuring. */
  failed: z.array(failedVariantSchema),
  /** Variants with results reused from a neighbouring revision, which are not measured. Absent in journals of older versions. */
  same: z.array(reusedVariantSchema).default([]),
});
/** First line of a journal: everything that a session needs before the first sample. */
export type JournalHeader = z.infer<typeof headerSchema>;

const blockSchema = z.object({
  benchmark: z.string(),
  variant: variantSchema,
  round: z.number().int().nonnegative(),
  /** Seconds of each process. */
  samples: z.array(sampleSchema).min(1),
  /** Mean wall time of the processes. */
  wallSeconds: z.number().positive(),
  /** State of the machine during the block. */
  conditions: conditionsSchema,
  at: timeSchema,
});
/** Consecutive samples of one variant. */
export type Block = z.infer<typeof blockSchema>;

export const lineSchema = z.discriminatedUnion("line", [
  blockSchema.extend({ line: z.literal("block") }),
  z.object({ line: z.literal("chosen"), chosen: z.array(chosenSchema), at: timeSchema }),
  failedVariantSchema.extend({ line: z.literal("failed"), at: timeSchema }),
  z.object({ line: z.literal("finished"), at: timeSchema }),
]);
export type Line = z.infer<typeof lineSchema>;

/** Returns the complete lines and their size in bytes. Zeros at the end are reserved space; a last line of invalid JSON is torn and omitted. */
export function completeLines(bytes: Uint8Array): { lines: string[]; bytes: number } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = buffer.lastIndexOf("\n") + 1;
  const lines = buffer.toString("utf8", 0, end).split("\n").slice(0, -1);
  const last = lines[lines.length - 1];
  if (last !== undefined && tryParseJson(last) === undefined) {
    lines.pop();
    end = buffer.subarray(0, end - 1).lastIndexOf("\n") + 1;
  }
  return { lines, bytes: end };
}
