import { join } from "node:path";
import * as z from "zod";
import { recordByName } from "../../config/by-name.ts";
import { variantSchema } from "../formats/fields.ts";
import { failureSchema } from "../formats/outcome.ts";
import { benchmarkSchema, listedSchema, subjectSchema } from "../formats/session.ts";
import { runnable, unlisted } from "../suites/suite.ts";
import { writeAtomically } from "../system/atomic.ts";
import { readJsonFile } from "../system/json-file.ts";
import { dependenciesSchema } from "./dependencies.ts";
import { removeTree } from "../system/trees.ts";

const variantOf = { benchmark: benchmarkSchema, variant: variantSchema };
const buildSchema = z.strictObject({
  /** Version 1 was built by the account that owns the deploy key; version 2 had no venv for the target's requirements. */
  schema: z.literal(3),
  /** Unique id of this build; a rebuild has another one. */
  id: z.string(),
  folder: z.string(),
  subject: subjectSchema,
  /** Suite revision. */
  suite: z.string(),
  /** Environment id. */
  environment: z.string(),
  /** Hash of its configuration, see setup.ts. */
  setup: z.string().optional(),
  /** Configured requirement files of the target. */
  requirements: z.array(z.string()),
  versions: z.record(z.string(), z.string()),
  /** For a baseline: revision whose requirements it has. */
  dependenciesOf: z.string().optional(),
  /** Resolved requirements. */
  dependencies: dependenciesSchema.pick({ hash: true, list: true, undated: true }).optional(),
  /** For a baseline: benchmark name -> fingerprint of its interpreted form, if known. */
  interpreted: recordByName(z.string(), z.string()).optional(),
  /** Benchmarks that the suite lists, sorted by name; empty if listing failed or was not reached. */
  listed: z.array(listedSchema),
  /** Parts of the suite that are not measured, with reasons. */
  unlisted: z.array(unlisted),
  /** Failure of the subject as a whole. */
  failure: failureSchema.optional(),
  /** Seconds by step. */
  durations: z.record(z.string(), z.number()),
  /** Disk space of the build. */
  bytes: z.number(),
  benchmarks: z.array(z.union([z.strictObject({ ...variantOf, runnable }), z.strictObject({ ...variantOf, failure: failureSchema })])),
});

/** A subject prepared for measuring, or the reason that it could not be prepared. */
export type Build = z.infer<typeof buildSchema>;

/** Reads a complete build; undefined without one. */
export async function readBuild(folder: string): Promise<Build | undefined> {
  return readJsonFile(join(folder, "build.json"), buildSchema);
}

/** Writes the record of a complete build. This is the last step: a build without this file is incomplete. */
export async function writeBuild(folder: string, build: Build): Promise<void> {
  await writeAtomically(join(folder, "build.json"), `${JSON.stringify(build, undefined, 1)}\n`);
}

/** Removes a complete or incomplete build. */
export async function removeBuild(folder: string): Promise<void> {
  // The record goes first, so that an interrupted removal leaves no complete build.
  await removeTree(join(folder, "build.json"));
  await removeTree(folder);
}
