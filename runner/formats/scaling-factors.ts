import * as z from "zod";
import { environmentIdSchema, line, revisionSchema, timeSchema, variantSchema } from "./fields.ts";

export const measurementContextSchema = z.object({
  environment: environmentIdSchema,
  /** Workload id. */
  workload: line,
});
/** Context of measurements. Only values of the same context can be compared without a scaling factor. */
export type MeasurementContext = z.infer<typeof measurementContextSchema>;

/** A difference of ln seconds. An absent error in a file is unknown and read as Infinity, which JSON cannot express. */
export const factorSchema = z.object({
  phi: z.number(),
  standardError: z.union([z.number().nonnegative(), z.literal(Infinity)]).default(Infinity),
  degreesOfFreedom: z.number().min(1).default(1),
});

const scalingFactorSchema = z
  .object({
    benchmark: line,
    variant: variantSchema,
    from: measurementContextSchema,
    to: measurementContextSchema,
    /** `weak`: half the 95 % interval is above 2 %, or unknown. `broken`: the series cannot be linked here, see `reason`. */
    status: z.enum(["linked", "weak", "broken"]),
    /** ln(seconds in `to`) - ln(seconds in `from`), its standard error and degrees of freedom; absent if broken. */
    factor: factorSchema.exactOptional(),
    /** Ids of the revisions of the bridge points, newest first; empty for an imported factor. */
    revisions: z.array(revisionSchema),
    reason: line.exactOptional(),
  })
  .refine(({ status, factor }) => status === "broken" || factor, "linked without a factor");
/** Factor between two measurement contexts of one series, or the reason that there is none. */
export type ScalingFactor = z.infer<typeof scalingFactorSchema>;

export const scalingFileSchema = z.object({
  schema: z.literal(1),
  n: z.number().int().positive(),
  host: line,
  written: timeSchema,
  scalingFactors: z
    .array(scalingFactorSchema)
    .min(1)
    .refine(
      (scalingFactors) => new Set(scalingFactors.map(({ from, to }) => `${from.environment} ${to.environment}`)).size === 1,
      "not of one pair of environments",
    ),
});
/** A finished bridge: `scaling/<old8>-<new8>-<n>.json` in the results repository. For each series and pair of contexts, the highest n counts. */
export type ScalingFile = z.infer<typeof scalingFileSchema>;
