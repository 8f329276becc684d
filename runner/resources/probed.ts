import * as z from "zod";
import { differenceSchema } from "./difference.ts";
import { hostReviewSchema } from "./planned-effects.ts";
import { preflightSchema } from "./preflight.ts";

const markerSchema = z.object({ specHash: z.string(), token: z.string() });

/** Output of `evenkeel check`: one line of JSON, which the Pulumi program reads. */
export const probedSchema = z.object({
  instance: z.string(),
  nodeToken: z.string().optional(),
  /** The command that measures now. Applied resources are not checked meanwhile. */
  measuring: z.string().optional(),
  /** Text about the work of that command and its expected end. */
  work: z.string().optional(),
  /** The declaration in force: resource -> token. */
  declared: z.record(z.string(), z.string()).optional(),
  declarationMarker: markerSchema.optional(),
  resources: z.record(z.string(), z.object({ differences: z.array(differenceSchema), marker: markerSchema.optional() })),
  /** Result of the checks before `up` changes anything. */
  preflight: preflightSchema,
  /** Effects of applying; only on request, and not during a measurement. */
  review: hostReviewSchema.optional(),
});
export type Probed = z.infer<typeof probedSchema>;
