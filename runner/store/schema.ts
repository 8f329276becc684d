import { z } from "zod";
import {
  reasons,
  type Conditions,
  type Decision,
  type Listed,
  type Environment,
  type Failed,
  type Failure,
  type Hop,
  type HopFile,
  type Imported,
  type Measured,
  type Outcome,
  type Place,
  type Reason,
  type Same,
  type Session,
  type SessionSamples,
  type Stage,
  type Subject,
  type Variant,
} from "../model.ts";

/**
 * What a file of the results repository must be to be believed. Unknown keys are dropped, not refused: a newer host may write some.
 * The types are those of model.ts.
 */

export const variantSchema = z.enum(["compiled", "interpreted"]) satisfies z.ZodType<Variant>;

const reasonSchema: z.ZodType<Reason> = z.enum(reasons);

/** A time in UTC, as `Date.toISOString` gives it. */
export const timeSchema = z.iso.datetime();

export const subjectSchema: z.ZodType<Subject> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("revision"), revision: z.string().regex(/^[0-9a-f]{40}$/) }),
  z.object({ kind: z.literal("baseline") }),
]);

const stageSchema: z.ZodType<Stage> = z.enum(["checkout", "dependencies", "list", "prepare", "compile", "run"]);

export const failureFields = { stage: stageSchema, message: z.string(), output: z.string() };

const failureSchema: z.ZodType<Failure> = z.object(failureFields);

/** Seconds of one process. */
export const sampleSchema = z.number().positive();

/** What the machine was like. */
export const conditionsSchema = z.object({
  load: z.number().nonnegative(),
  throttled: z.number().int().nonnegative(),
  swapped: z.number().int().nonnegative(),
  temperature: z.number().exactOptional(),
}) satisfies z.ZodType<Conditions>;

const measuredSchema = z.object({
  status: z.literal("ok"),
  workload: z.string(),
  seconds: z.number().positive(),
  standardError: z.number().nonnegative(),
  degreesOfFreedom: z.number().min(1),
  samples: z.number().int().positive(),
  minimum: z.number().positive(),
  median: z.number().positive(),
  fingerprint: z.string().exactOptional(),
  wallSeconds: z.number().positive().exactOptional(),
  conditions: conditionsSchema.exactOptional(),
}) satisfies z.ZodType<Measured>;

const importedSchema = z.object({
  status: z.literal("imported"),
  workload: z.string(),
  seconds: z.number().positive(),
  deviation: z.number().nonnegative(),
  taken: timeSchema,
}) satisfies z.ZodType<Imported>;

const failedSchema = z.object({
  ...failureFields,
  status: z.literal("failed"),
  workload: z.string(),
  taken: timeSchema.exactOptional(),
}) satisfies z.ZodType<Failed>;

export const sameSchema = z.object({
  status: z.literal("same"),
  workload: z.string(),
  fingerprint: z.string(),
  as: z.string().regex(/^[0-9a-f]{40}$/),
}) satisfies z.ZodType<Same>;

const outcomeSchema: z.ZodType<Outcome> = z.discriminatedUnion("status", [measuredSchema, importedSchema, failedSchema, sameSchema]);

const sessionIdSchema = z.string().regex(/^\d{8}T\d{6}Z-[\w.-]+-([0-9a-f]{12}|baseline)-\w{1,8}-[a-z-]+-\d{4}$/);

export const listedSchema = z.object({
  name: z.string(),
  group: z.enum(["main", "micro"]),
  variants: z.array(variantSchema),
  workload: z.string(),
}) satisfies z.ZodType<Listed>;

/** What journal and session say alike. */
export const headFields = {
  schema: z.literal(1),
  id: sessionIdSchema,
  host: z.string(),
  started: timeSchema,
  reason: reasonSchema,
  subject: subjectSchema,
  environment: z.string(),
  minor: z.record(z.string(), z.string()),
  suite: z.string(),
  versions: z.record(z.string(), z.string()),
  listed: z.array(listedSchema),
  affects: z.string().exactOptional(),
  failure: failureSchema.exactOptional(),
};

export const sessionSchema = z.object({
  ...headFields,
  ended: timeSchema,
  benchmarks: z.record(z.string(), z.partialRecord(variantSchema, outcomeSchema)),
}) satisfies z.ZodType<Session>;

export const samplesSchema = z.object({
  schema: z.literal(1),
  id: sessionIdSchema,
  samples: z.record(z.string(), z.partialRecord(variantSchema, z.array(sampleSchema))),
}) satisfies z.ZodType<SessionSamples>;

export const environmentSchema = z.object({
  id: z.string().regex(/^\w+$/),
  cpu: z.string(),
  machine: z.string().exactOptional(),
  os: z.object({ id: z.string(), versionId: z.string() }),
  python: z.object({ version: z.string(), buildFlags: z.string().exactOptional(), sha256: z.string().exactOptional() }),
  compiler: z.string(),
  tuning: z.array(z.string()).exactOptional(),
  minor: z.string().exactOptional(),
  moves: z.array(z.object({ since: timeSchema, why: z.string() })).exactOptional(),
}) satisfies z.ZodType<Environment>;

const placeSchema = z.object({ environment: z.string().regex(/^\w+$/), workload: z.string() }) satisfies z.ZodType<Place>;

const revisionSchema = z.string().regex(/^[0-9a-f]{40}$/);

/** Without an error it is not known how good the factor is: that is Infinity, which JSON cannot say. */
const factorSchema = z.object({
  phi: z.number(),
  standardError: z.union([z.number().nonnegative(), z.literal(Infinity)]).default(Infinity),
  degreesOfFreedom: z.number().min(1).default(1),
});

const hopSchema = z
  .object({
    benchmark: z.string(),
    variant: variantSchema,
    from: placeSchema,
    to: placeSchema,
    status: z.enum(["linked", "weak", "broken"]),
    factor: factorSchema.exactOptional(),
    revisions: z.array(revisionSchema),
    reason: z.string().exactOptional(),
  })
  .refine(({ status, factor }) => status === "broken" || factor, "linked without a factor") satisfies z.ZodType<Hop>;

export const hopFileSchema = z.object({
  schema: z.literal(1),
  n: z.number().int().positive(),
  host: z.string(),
  written: timeSchema,
  hops: z
    .array(hopSchema)
    .min(1)
    .refine(
      (hops) => new Set(hops.map(({ from, to }) => `${from.environment} ${to.environment}`)).size === 1,
      "not of one pair of environments",
    ),
}) satisfies z.ZodType<HopFile>;

export const decisionSchema = z
  .object({
    schema: z.literal(1),
    n: z.number().int().positive(),
    host: z.string(),
    written: timeSchema,
    rules: z.number().int().positive(),
    benchmark: z.string(),
    variant: variantSchema,
    place: placeSchema,
    outcome: z.enum(["confirmed", "rejected", "unconfirmable"]),
    found: z.enum(["online", "scan", "bisection"]),
    direction: z.enum(["slower", "faster"]),
    firstBad: revisionSchema,
    lastGood: revisionSchema,
    skipped: z.number().int().nonnegative(),
    noticed: revisionSchema,
    change: factorSchema.exactOptional(),
    sessions: z.array(sessionIdSchema),
    reason: z.string().exactOptional(),
    supersedes: z.object({ firstBad: revisionSchema, n: z.number().int().positive() }).exactOptional(),
  })
  .refine(({ outcome, change }) => outcome === "unconfirmable" || change, "decided without a change") satisfies z.ZodType<Decision>;
