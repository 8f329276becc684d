import * as z from "zod";
import { recordByName } from "../../config/by-name.ts";
import { hostFactsSchema } from "./environment.ts";
import { line, revisionSchema, sessionIdSchema, timeSchema, variantSchema } from "./fields.ts";
import { failureSchema, outcomeSchema, sampleSchema } from "./outcome.ts";

export const reasonSchema = z.enum([
  "new",
  "baseline",
  "backfill",
  "manual",
  "bridge",
  "pre-upgrade",
  "verify",
  "confirm",
  "bisect",
  "repeat",
  "control",
  "creeping",
  "layout",
  "import",
]);
/** Why something is measured. */
export type Reason = z.infer<typeof reasonSchema>;

export const subjectSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("revision"), revision: revisionSchema }),
  z.object({ kind: z.literal("layout"), revision: revisionSchema, layout: z.number().int().positive() }),
  z.object({ kind: z.literal("baseline") }),
]);
/**
 * The thing that is built and measured: a revision of the target; the same revision with its programs laid out otherwise in memory, as one of
 * several layouts that count from 1; or the interpreter itself.
 */
export type Subject = z.infer<typeof subjectSchema>;

export const listedSchema = z.object({
  name: line,
  group: z.enum(["main", "micro"]),
  variants: z.array(variantSchema),
  /** Identity of the workload: a hash over the module, the suite's modules and data it uses, and the harness. */
  workload: line,
});
/** The part of a benchmark's listing that is stored with each session. */
export type Listed = z.infer<typeof listedSchema>;
export type Group = Listed["group"];

export const benchmarkSchema = listedSchema.extend({
  /** The suite prepares it in a step of its own before measuring. */
  needsPreparation: z.boolean(),
  /** Must always run with PYTHONHASHSEED=1. */
  stableHashSeed: z.boolean(),
});
/** One named workload of the suite, as its adapter lists it. */
export type Benchmark = z.infer<typeof benchmarkSchema>;

/** Fields that journal and session share. */
export const headFields = {
  schema: z.literal(1),
  /** Also the file's name. */
  id: sessionIdSchema,
  host: line,
  started: timeSchema,
  reason: reasonSchema,
  subject: subjectSchema,
  /** Environment id. */
  environment: line,
  hostFacts: hostFactsSchema,
  /** The suite's revision; for the `command` adapter a hash of its benchmark list. */
  suite: line,
  versions: recordByName(line, line),
  /** Benchmarks of the suite at that revision, by name. Empty where listing failed. */
  listed: z.array(listedSchema),
  /** Hash of what of the configuration decides whether a subject can be built and measured, see build/setup.ts. Absent where it was imported. */
  setup: line.exactOptional(),
  /** Hash of what of the target affects the benchmarks, where the configuration says what does: equal hashes, equal programs. */
  affects: line.exactOptional(),
  /** What stopped the subject as a whole, before any benchmark. */
  failure: failureSchema.exactOptional(),
};

export const sessionSchema = z.object({
  ...headFields,
  ended: timeSchema,
  /** benchmark name -> variant -> outcome. */
  benchmarks: recordByName(line, z.partialRecord(variantSchema, outcomeSchema)),
});
/** All outcomes of one run over one subject in one environment: the file under runs/ in the results repository. */
export type Session = z.infer<typeof sessionSchema>;

export const samplesSchema = z.object({
  schema: z.literal(1),
  id: sessionIdSchema,
  /** benchmark name -> variant -> seconds of each process. */
  samples: recordByName(line, z.partialRecord(variantSchema, z.array(sampleSchema))),
});
/** The raw samples of a session, in the order taken: the `.samples.json` beside it. */
export type SessionSamples = z.infer<typeof samplesSchema>;
