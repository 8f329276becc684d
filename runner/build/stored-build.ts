import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { recordByName } from "../../config/by-name.ts";
import { listedSchema, subjectSchema } from "../store/schema.ts";
import { runnable, unlisted } from "../suites/suite.ts";
import { writeAtomically } from "../system/atomic.ts";
import { removeTree } from "../system/trees.ts";

const failureSchema = z.strictObject({
  stage: z.enum(["checkout", "dependencies", "list", "prepare", "compile", "run"]),
  message: z.string(),
  output: z.string(),
});
/** A benchmark as a build records it: what the adapter knows besides is its own business. */
export const benchmarkSchema = z.object({
  name: z.string(),
  group: z.enum(["main", "micro"]),
  variants: z.array(z.enum(["compiled", "interpreted"])),
  workload: z.string(),
  needsPreparation: z.boolean(),
  stableHashSeed: z.boolean(),
});
const variantOf = { benchmark: benchmarkSchema, variant: z.enum(["compiled", "interpreted"]) };
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
  /** These requirements as resolved, `name==version`, sorted; `undated` as in `Dependencies`. */
  dependencies: z.strictObject({ hash: z.string(), list: z.array(z.string()), undated: z.string().nullable().optional() }).optional(),
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
  const text = await readFile(join(folder, "build.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  return buildSchema.safeParse(JSON.parse(text)).data;
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
