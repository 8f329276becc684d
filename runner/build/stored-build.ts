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
  /** 1 were made by the account that owns the deploy key; of 2 the target's requirements were no venv. */
  schema: z.literal(3),
  /** Unique to this very build: a build made again is another one. */
  id: z.string(),
  folder: z.string(),
  subject: subjectSchema,
  /** Suite revision. */
  suite: z.string(),
  /** Environment id. */
  environment: z.string(),
  /** Hash of the configuration that it was made with, see setup.ts. */
  setup: z.string().optional(),
  /** Requirement files of the target that it was made with. */
  requirements: z.array(z.string()),
  versions: z.record(z.string(), z.string()),
  /** Of a baseline: the revision whose requirements it has. */
  dependenciesOf: z.string().optional(),
  /** These requirements as resolved. */
  dependencies: dependenciesSchema.pick({ hash: true, list: true, undated: true }).optional(),
  /** Of a baseline: the fingerprint of each benchmark that can be interpreted, by its name, where it can be told. */
  interpreted: recordByName(z.string(), z.string()).optional(),
  /** All that the suite lists, by name; empty where listing was not reached or failed. */
  listed: z.array(listedSchema),
  /** Parts of the suite that are not measured, with the reason. */
  unlisted: z.array(unlisted),
  /** What stopped the subject as a whole. */
  failure: failureSchema.optional(),
  /** Seconds that each step took. */
  durations: z.record(z.string(), z.number()),
  /** Space it takes. */
  bytes: z.number(),
  benchmarks: z.array(z.union([z.strictObject({ ...variantOf, runnable }), z.strictObject({ ...variantOf, failure: failureSchema })])),
});

/** A subject made ready to be measured, or why it could not be. */
export type Build = z.infer<typeof buildSchema>;

/** A complete build; undefined where there is none. */
export async function readBuild(folder: string): Promise<Build | undefined> {
  return readJsonFile(join(folder, "build.json"), buildSchema);
}

/** Write down that a build is complete. Last: a build without this file is not complete. */
export async function writeBuild(folder: string, build: Build): Promise<void> {
  await writeAtomically(join(folder, "build.json"), `${JSON.stringify(build, undefined, 1)}\n`);
}

/** Remove a build, complete or not. */
export async function removeBuild(folder: string): Promise<void> {
  // First, so that a removal cut short leaves no complete build.
  await removeTree(join(folder, "build.json"));
  await removeTree(folder);
}
