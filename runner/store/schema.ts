import { recordByName } from "../../config/by-name.ts";
import * as z from "zod";
import { inOneLine, withoutControls } from "../text/plain-text.ts";
import {
  reasons,
  type Conditions,
  type Decision,
  type Listed,
  type Environment,
  type Failed,
  type Failure,
  type ScalingFactor,
  type ScalingFile,
  type HostState,
  type Imported,
  type Layouts,
  type Measured,
  type Outcome,
  type Place,
  type Reason,
  type ReusedResult,
  type Session,
  type SessionSamples,
  type Stage,
  type Subject,
  type Variant,
  type Withdrawal,
} from "../model.ts";

/**
 * What a file of the results repository must be to be believed. Unknown keys are dropped, not refused: a newer host may write some.
 * The types are those of model.ts.
 */

/** A name or a sentence: nothing in it machineShifts a terminal's cursor. */
const line = z.string().regex(/^[^\p{Cc}\p{Bidi_Control}]*$/u, "contains a control character");

/** What a program of others printed: all of it, or quoted in a line. */
const printed = z.string().transform(withoutControls);
const quoted = z.string().transform(inOneLine);

export const variantSchema = z.enum(["compiled", "interpreted"]) satisfies z.ZodType<Variant>;

const reasonSchema: z.ZodType<Reason> = z.enum(reasons);

/** A time in UTC, as `Date.toISOString` gives it. */
export const timeSchema = z.iso.datetime();

export const subjectSchema: z.ZodType<Subject> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("revision"), revision: z.string().regex(/^[0-9a-f]{40}$/) }),
  z.object({
    kind: z.literal("layout"),
    revision: z.string().regex(/^[0-9a-f]{40}$/),
    layout: z.number().int().positive(),
  }),
  z.object({ kind: z.literal("baseline") }),
]);

const stageSchema: z.ZodType<Stage> = z.enum(["checkout", "dependencies", "list", "prepare", "compile", "run"]);

export const failureFields = { stage: stageSchema, message: quoted, output: printed };

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
  workload: line,
  seconds: z.number().positive(),
  standardError: z.number().nonnegative(),
  degreesOfFreedom: z.number().min(1),
  samples: z.number().int().positive(),
  minimum: z.number().positive(),
  median: z.number().positive(),
  fingerprint: line.exactOptional(),
  wallSeconds: z.number().positive().exactOptional(),
  conditions: conditionsSchema.exactOptional(),
}) satisfies z.ZodType<Measured>;

const importedSchema = z.object({
  status: z.literal("imported"),
  workload: line,
  seconds: z.number().positive(),
  deviation: z.number().nonnegative(),
  taken: timeSchema,
}) satisfies z.ZodType<Imported>;

const failedSchema = z.object({
  ...failureFields,
  status: z.literal("failed"),
  workload: line,
  taken: timeSchema.exactOptional(),
}) satisfies z.ZodType<Failed>;

export const sameSchema = z.object({
  status: z.literal("reused"),
  workload: line,
  fingerprint: line,
  as: z.string().regex(/^[0-9a-f]{40}$/),
}) satisfies z.ZodType<ReusedResult>;

const outcomeSchema: z.ZodType<Outcome> = z.discriminatedUnion("status", [measuredSchema, importedSchema, failedSchema, sameSchema]);

const sessionIdSchema = z.string().regex(/^\d{8}T\d{6}Z-[\w.-]+-([0-9a-f]{12}|baseline)-\w{1,8}-[a-z-]+-\d{4}$/);

export const listedSchema = z.object({
  name: line,
  group: z.enum(["main", "micro"]),
  variants: z.array(variantSchema),
  workload: line,
}) satisfies z.ZodType<Listed>;

/** What journal and session say alike. */
export const headFields = {
  schema: z.literal(1),
  id: sessionIdSchema,
  host: line,
  started: timeSchema,
  reason: reasonSchema,
  subject: subjectSchema,
  environment: line,
  hostFacts: recordByName(line, line),
  suite: line,
  versions: recordByName(line, line),
  listed: z.array(listedSchema),
  setup: line.exactOptional(),
  affects: line.exactOptional(),
  failure: failureSchema.exactOptional(),
};

export const sessionSchema = z.object({
  ...headFields,
  ended: timeSchema,
  benchmarks: recordByName(line, z.partialRecord(variantSchema, outcomeSchema)),
}) satisfies z.ZodType<Session>;

export const samplesSchema = z.object({
  schema: z.literal(1),
  id: sessionIdSchema,
  samples: recordByName(line, z.partialRecord(variantSchema, z.array(sampleSchema))),
}) satisfies z.ZodType<SessionSamples>;

export const environmentSchema = z.object({
  id: z.string().regex(/^\w+$/),
  cpu: line,
  machine: line.exactOptional(),
  os: z.object({ id: line, versionId: line }),
  python: z.object({ version: line, buildFlags: line.exactOptional(), sha256: line.exactOptional() }),
  compiler: line,
  tuning: z.array(line).exactOptional(),
  hostFacts: line.exactOptional(),
  machineShifts: z.array(z.object({ since: timeSchema, why: line })).exactOptional(),
}) satisfies z.ZodType<Environment>;

const placeSchema = z.object({ environment: z.string().regex(/^\w+$/), workload: line }) satisfies z.ZodType<Place>;

const revisionSchema = z.string().regex(/^[0-9a-f]{40}$/);

/** Without an error it is not known how good the factor is: that is Infinity, which JSON cannot say. */
const factorSchema = z.object({
  phi: z.number(),
  standardError: z.union([z.number().nonnegative(), z.literal(Infinity)]).default(Infinity),
  degreesOfFreedom: z.number().min(1).default(1),
});

const scalingFactorSchema = z
  .object({
    benchmark: line,
    variant: variantSchema,
    from: placeSchema,
    to: placeSchema,
    status: z.enum(["linked", "weak", "broken"]),
    factor: factorSchema.exactOptional(),
    revisions: z.array(revisionSchema),
    reason: line.exactOptional(),
  })
  .refine(({ status, factor }) => status === "broken" || factor, "linked without a factor") satisfies z.ZodType<ScalingFactor>;

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
}) satisfies z.ZodType<ScalingFile>;

export const withdrawalSchema = z.object({
  schema: z.literal(1),
  id: z.string().regex(/^\d{8}T\d{6}Z-[\w.-]+-\d{4}$/),
  written: timeSchema,
  host: line,
  by: line,
  what: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("session"), session: sessionIdSchema }),
    z.object({ kind: z.literal("benchmark"), benchmark: line }),
  ]),
  action: z.enum(["withdraw", "restore"]),
  why: line,
}) satisfies z.ZodType<Withdrawal>;

const layoutsSchema = z.object({
  verdict: z.enum(["open", "code", "binary", "untold", "fixed"]),
  change: factorSchema.exactOptional(),
  sessions: z.array(sessionIdSchema),
  reason: line.exactOptional(),
}) satisfies z.ZodType<Layouts>;

export const decisionSchema = z
  .object({
    schema: z.literal(1),
    n: z.number().int().positive(),
    host: line,
    written: timeSchema,
    rules: z.number().int().positive(),
    benchmark: line,
    variant: variantSchema,
    place: placeSchema,
    outcome: z.enum(["confirmed", "rejected", "drifted", "unconfirmable", "creeping"]),
    found: z.enum(["online", "scan", "bisection", "creeping"]),
    direction: z.enum(["slower", "faster"]),
    firstBad: revisionSchema,
    lastGood: revisionSchema,
    skipped: z.number().int().nonnegative(),
    noticed: revisionSchema,
    change: factorSchema.exactOptional(),
    sessions: z.array(sessionIdSchema),
    reason: line.exactOptional(),
    layouts: layoutsSchema.exactOptional(),
    supersedes: z.object({ firstBad: revisionSchema, n: z.number().int().positive() }).exactOptional(),
  })
  .refine(({ outcome, change }) => outcome === "unconfirmable" || change, "decided without a change") satisfies z.ZodType<Decision>;

/** Also a file's name, and part of paths. */
const hostNameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);

export const hostStateSchema = z.object({
  schema: z.literal(1),
  host: hostNameSchema,
  written: timeSchema,
  program: z.string().regex(/^[\w.-]{1,40}$/),
  environment: environmentSchema,
  target: z.object({
    name: line,
    web: z
      .string()
      .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/)
      .exactOptional(),
    since: revisionSchema,
    tip: revisionSchema,
  }),
  waiting: z.number().int().nonnegative(),
  dropped: z.array(line).exactOptional(),
  constant: z.array(line).exactOptional(),
  paused: line.exactOptional(),
  blocked: line.exactOptional(),
  unlisted: z.array(line).exactOptional(),
}) satisfies z.ZodType<HostState>;
