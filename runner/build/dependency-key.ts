import { posix } from "node:path";
import { git, type Clone } from "../system/git.ts";
import type { Failure } from "../model.ts";
import { indexesOf, type Indexes } from "./indexes.ts";
import { referencesIn, type References } from "./references.ts";
import { requirementFiles } from "./requirements.ts";
import { sha256Of } from "../text/sha256.ts";

/** Requirements that the requirement files of a revision name. */
export interface Wanted {
  /** Key of what is installed for it: the same key, the same packages. 16 hexadecimal digits. */
  hash: string;
  /** The configured files that exist at this revision, as configured. */
  files: string[];
  indexes: Indexes;
  references: References;
}

interface Asked {
  clone: Clone;
  revision: string;
  /** Requirement files by their path in the checkout; those that do not exist there are skipped. */
  requirements: readonly string[];
  environmentId: string;
}

export type WantedDependencies = { ok: true; wanted: Wanted | undefined } | { ok: false; failure: Failure };

/**
 * Reads what a revision requires, from git alone; undefined where no requirement file exists. The key covers the files with all they include. Where they
 * name files of the checkout, or what may be another thing tomorrow, it covers the whole tree of the revision: a build may read all of that.
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
