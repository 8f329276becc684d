import * as z from "zod";
import { timeSchema, variantSchema } from "../formats/fields.ts";
import { conditionsSchema, failureSchema, reusedVariantSchema, sampleSchema } from "../formats/outcome.ts";
import { headFields } from "../formats/session.ts";
import { tryParseJson } from "../text/json.ts";

/** No pilot leads to more: a journal takes its space beforehand. */
export const mostSamples = 40;

const plannedSchema = z.object({
  benchmark: z.string(),
  variant: variantSchema,
  workload: z.string(),
  /** Samples wanted; of an undecided one, those of its pilot. */
  samples: z.number().int().min(2),
  /** Its number is chosen once its pilot is taken. */
  undecided: z.literal(true).exactOptional(),
  /** Of the program that is measured; absent where it cannot be told. */
  fingerprint: z.string().exactOptional(),
});
/** One variant of a benchmark that the session is to measure. */
export type Planned = z.infer<typeof plannedSchema>;

const chosenSchema = plannedSchema.pick({ benchmark: true, variant: true, samples: true });
/** The number of samples that the pilot of an undecided variant led to. */
export type ChosenSamples = z.infer<typeof chosenSchema>;

const failedVariantSchema = failureSchema.extend({ benchmark: z.string(), variant: variantSchema, workload: z.string() });
/** A variant that failed: the stage it failed in and what was printed. */
export type FailedVariant = z.infer<typeof failedVariantSchema>;

export const headerSchema = z.object({
  ...headFields,
  bootId: z.string(),
  /** The build that is measured: a journal is gone on with only by the same one. */
  buildId: z.string(),
  plan: z.array(plannedSchema),
  /** Seconds that the undecided ones may take together; absent where there are none. */
  secondsToChoose: z.number().nonnegative().exactOptional(),
  /** Variants that failed before measuring. */
  failed: z.array(failedVariantSchema),
  /** Variants that a neighbouring revision runs too: they are not measured. Journals of the program before this one have none. */
  same: z.array(reusedVariantSchema).default([]),
});
/** All that a session needs before the first sample: the first line of its journal. */
export type JournalHeader = z.infer<typeof headerSchema>;

const blockSchema = z.object({
  benchmark: z.string(),
  variant: variantSchema,
  round: z.number().int().nonnegative(),
  /** Seconds of each process. */
  samples: z.array(sampleSchema).min(1),
  /** Mean wall time of the processes. */
  wallSeconds: z.number().positive(),
  /** State of the machine meanwhile. */
  conditions: conditionsSchema,
  at: timeSchema,
});
/** Samples of one variant, taken one after the other. */
export type Block = z.infer<typeof blockSchema>;

export const lineSchema = z.discriminatedUnion("line", [
  blockSchema.extend({ line: z.literal("block") }),
  z.object({ line: z.literal("chosen"), chosen: z.array(chosenSchema), at: timeSchema }),
  failedVariantSchema.extend({ line: z.literal("failed"), at: timeSchema }),
  z.object({ line: z.literal("finished"), at: timeSchema }),
]);
export type Line = z.infer<typeof lineSchema>;

/** Whole lines and the bytes they take. Zeros at the end are space taken beforehand; a last line that is no JSON was torn. */
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
