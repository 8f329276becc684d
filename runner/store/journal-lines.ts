import * as z from "zod";
import type { Conditions, Failure, ReusedVariant, Session, Variant } from "../model.ts";
import { conditionsSchema, failureFields, headFields, sameSchema, sampleSchema, timeSchema, variantSchema } from "./schema.ts";
import { tryParseJson } from "../text/json.ts";

/** One variant of a benchmark that the session is to measure. */
export interface Planned {
  benchmark: string;
  variant: Variant;
  workload: string;
  /** Samples wanted; of an undecided one, those of its pilot. */
  samples: number;
  /** Its number is chosen once its pilot is taken. */
  undecided?: true;
  /** Of the program that is measured; absent where it cannot be told. */
  fingerprint?: string;
}

/** No pilot leads to more: a journal takes its space beforehand. */
export const mostSamples = 40;

/** The number of samples that the pilot of an undecided variant led to. */
export type ChosenSamples = Pick<Planned, "benchmark" | "variant" | "samples">;

/** A variant that failed: the stage it failed in and what was printed. */
export interface FailedVariant extends Failure {
  benchmark: string;
  variant: Variant;
  workload: string;
}

/** All that a session needs before the first sample: the first line of its journal. */
export interface JournalHeader extends Omit<Session, "ended" | "benchmarks"> {
  bootId: string;
  /** The build that is measured: a journal is gone on with only by the same one. */
  buildId: string;
  plan: Planned[];
  /** Seconds that the undecided ones may take together; absent where there are none. */
  secondsToChoose?: number;
  /** What failed before measuring. */
  failed: FailedVariant[];
  /** What a neighbouring revision runs too: it is not measured. */
  same: ReusedVariant[];
}

/** Samples of one variant, taken one after the other. */
export interface Block {
  benchmark: string;
  variant: Variant;
  round: number;
  /** Seconds of each process. */
  samples: number[];
  /** Mean wall time of the processes. */
  wallSeconds: number;
  /** What the machine was like meanwhile. */
  conditions: Conditions;
  at: string;
}

const plannedSchema = z.object({
  benchmark: z.string(),
  variant: variantSchema,
  workload: z.string(),
  samples: z.number().int().min(2),
  undecided: z.literal(true).exactOptional(),
  fingerprint: z.string().exactOptional(),
});
const reusedVariantSchema = sameSchema.omit({ status: true }).extend({ benchmark: z.string(), variant: variantSchema });
const failedVariantSchema = z.object({ ...failureFields, benchmark: z.string(), variant: variantSchema, workload: z.string() });
export const headerSchema = z.object({
  ...headFields,
  bootId: z.string(),
  buildId: z.string(),
  plan: z.array(plannedSchema),
  secondsToChoose: z.number().nonnegative().exactOptional(),
  failed: z.array(failedVariantSchema),
  // Journals of the program before this one have none.
  same: z.array(reusedVariantSchema).default([]),
}) satisfies z.ZodType<JournalHeader>;
export const lineSchema = z.discriminatedUnion("line", [
  z.object({
    line: z.literal("block"),
    benchmark: z.string(),
    variant: variantSchema,
    round: z.number().int().nonnegative(),
    samples: z.array(sampleSchema).min(1),
    wallSeconds: z.number().positive(),
    conditions: conditionsSchema,
    at: timeSchema,
  }),
  z.object({
    line: z.literal("chosen"),
    chosen: z.array(plannedSchema.pick({ benchmark: true, variant: true, samples: true })),
    at: timeSchema,
  }),
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
