import * as z from "zod";
import { differenceSchema } from "./difference.ts";
import { hostReviewSchema } from "./planned-effects.ts";
import { preflightSchema } from "./preflight.ts";

const markerSchema = z.object({ specHash: z.string(), token: z.string() });

/** The answer of `evenkeel check`: a line of JSON that the Pulumi program reads. */
export const probedSchema = z.object({
  instance: z.string(),
  nodeToken: z.string().optional(),
  /** The command that measures now: differences are then not live. */
  measuring: z.string().optional(),
  /** The work of that command and its expected end, in words. */
  work: z.string().optional(),
  /** The declaration in force: resource -> token. */
  declared: z.record(z.string(), z.string()).optional(),
  declarationMarker: markerSchema.optional(),
  resources: z.record(z.string(), z.object({ differences: z.array(differenceSchema), marker: markerSchema.optional() })),
  /** Findings before anything is changed. */
  preflight: preflightSchema,
  /** What applying would come to; only where that was asked, and nothing is measured meanwhile. */
  review: hostReviewSchema.optional(),
});
export type Probed = z.infer<typeof probedSchema>;
