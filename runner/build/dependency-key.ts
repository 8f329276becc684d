import { posix } from "node:path";
import { git, type Clone } from "../system/git.ts";
import type { Failure } from "../model.ts";
import { indexesOf, type Indexes } from "./indexes.ts";
import { referencesIn, type References } from "./references.ts";
import { requirementFiles } from "./requirements.ts";
import { sha256Of } from "../text/sha256.ts";

/** Requirements in the requirement files of a revision. */
export interface Wanted {
  /** Key of the installation: equal keys mean equal packages. 16 hexadecimal digits. */
  hash: string;
  /** Configured files that exist at this revision, with the configured paths. */
  files: string[];
  indexes: Indexes;
  references: References;
}

interface Asked {
  clone: Clone;
  revision: string;
  /** Paths of requirement files in the checkout. Missing files are skipped. */
  requirements: readonly string[];
  environmentId: string;
}

export type WantedDependencies = { ok: true; wanted: Wanted | undefined } | { ok: false; failure: Failure };

/**
 * Reads the requirements of a revision from git alone; undefined without a requirement file. The key covers the files with their includes. If
 * they refer to files of the checkout, or to something that may change later, it covers the whole tree, since a build may read all of it.
 */
export async function wantedDependencies({ clone, revision, requirements, environmentId }: Asked): Promise<WantedDependencies> {
  const { files, unread, problem } = await requirementFiles(clone, revision, requirements);
  if (problem !== undefined) return { ok: false, failure: { stage: "dependencies", message: problem, output: "" } };
  const existing = requirements.filter((path) => files.has(posix.normalize(path)));
  if (existing.length === 0) return { ok: true, wanted: undefined };
  const indexes = indexesOf(files);
  const references = referencesIn(files);
  const isOwn = indexes.isLocal || references.paths.length > 0 || references.isMoving || unread.length > 0;
  const tree = isOwn ? [(await git(clone, ["rev-parse", "--verify", `${revision}^{tree}`])).trim()] : [];
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = sha256Of(JSON.stringify(["dependencies 2", environmentId, sorted, ...tree]), 16);
  return { ok: true, wanted: { hash, files: existing, indexes, references } };
}
