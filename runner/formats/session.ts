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
/** Reason for measuring something. */
export type Reason = z.infer<typeof reasonSchema>;

export const subjectSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("revision"), revision: revisionSchema }),
  z.object({ kind: z.literal("layout"), revision: revisionSchema, layout: z.number().int().positive() }),
  z.object({ kind: z.literal("baseline") }),
]);
/**
 * Subject of builds and measurements: a revision of the target; the same revision in another memory layout, with its number from 1; or the
 * interpreter itself.
 */
export type Subject = z.infer<typeof subjectSchema>;

export const listedSchema = z.object({
  name: line,
  group: z.enum(["main", "micro"]),
  variants: z.array(variantSchema),
  /** Workload id: a hash of the module, the suite's modules and data that it uses, and the harness. */
  workload: line,
});
/** The part of a benchmark's listing that is stored with each session. */
export type Listed = z.infer<typeof listedSchema>;
export type Group = Listed["group"];

export const benchmarkSchema = listedSchema.extend({
  /** True if the suite prepares it in a separate step before measuring. */
  needsPreparation: z.boolean(),
  /** True if it must always run with PYTHONHASHSEED=1. */
  stableHashSeed: z.boolean(),
});
/** One named workload of the suite, as listed by its adapter. */
export type Benchmark = z.infer<typeof benchmarkSchema>;

/** Common fields of journal and session. */
export const headFields = {
  schema: z.literal(1),
  /** Id, which is also the file name. */
  id: sessionIdSchema,
  host: line,
  started: timeSchema,
  reason: reasonSchema,
  subject: subjectSchema,
  /** Environment id. */
  environment: line,
  hostFacts: hostFactsSchema,
  /** Revision of the suite; for the `command` adapter, a hash of its benchmark list. */
  suite: line,
  versions: recordByName(line, line),
  /** Benchmarks of the suite at that revision, sorted by name; empty if listing failed. */
  listed: z.array(listedSchema),
  /** Hash of the settings that determine if a subject can be built and measured, see build/setup.ts. Absent for imported sessions. */
  setup: line.exactOptional(),
  /** Hash of the files of the target that affect the benchmarks, if the configuration names them. Equal hashes mean equal programs. */
  affects: line.exactOptional(),
  /** Failure of the subject as a whole, before any benchmark. */
  failure: failureSchema.exactOptional(),
};

export const sessionSchema = z.object({
  ...headFields,
  ended: timeSchema,
  /** Benchmark name -> variant -> outcome. */
  benchmarks: recordByName(line, z.partialRecord(variantSchema, outcomeSchema)),
});
/** All outcomes of one subject in one environment: a file below runs/ in the results repository. */
export type Session = z.infer<typeof sessionSchema>;

export const samplesSchema = z.object({
  schema: z.literal(1),
  id: sessionIdSchema,
  /** Benchmark name -> variant -> seconds of each process. */
  samples: recordByName(line, z.partialRecord(variantSchema, z.array(sampleSchema))),
});
/** Raw samples of a session in order: the `.samples.json` file next to it. */
export type SessionSamples = z.infer<typeof samplesSchema>;
