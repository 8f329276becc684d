import { nearest } from "../../config/nearest.ts";
import { inOneLine } from "../text/plain-text.ts";

/** Branches and tags that a repository offers. */
export interface Refs {
  branches: string[];
  tags: string[];
  /** Commits that they stand for. */
  ids: string[];
}

/** A repository as the configuration names it. */
export interface Wanted {
  /** Its group of settings: `target`, `suite` or `results`. */
  setting: string;
  url: string;
  branch: string;
  /** First revision to be measured: a commit, a tag or a branch. */
  since?: string | undefined;
  /** The first publish makes its branch. */
  isWritten: boolean;
}

/** Reads what `git ls-remote --heads --tags` prints. Names are text of others. */
export function refsIn(listed: string): Refs {
  const refs: Refs = { branches: [], tags: [], ids: [] };
  for (const line of listed.split("\n")) {
    const [, id, kind, name = ""] = /^([0-9a-f]{40,64})\trefs\/(heads|tags)\/(.+)$/.exec(line) ?? [];
    if (id === undefined) continue;
    refs.ids.push(id);
    if (kind === "heads") refs.branches.push(inOneLine(name));
    else if (!name.endsWith("^{}")) refs.tags.push(inOneLine(name));
  }
  return refs;
}

/** Names that an error lists. */
const mostNamed = 10;

/** Returns what the configuration names and the repository does not have: a sentence with the fix each. */
export function missingRefs({ setting, url, branch, since, isWritten }: Wanted, refs: Refs): string[] {
  const noBranch =
    isWritten || refs.branches.includes(branch) ? [] : [`${setting}.branch: ${url} has no branch ${branch}: ${otherBranch(refs)}`];
  return since === undefined || isKnown(since, refs) !== false ? noBranch : [...noBranch, noRevision({ url, since }, refs)];
}

/** Returns true if a repository has a revision; undefined where its branches and tags do not tell, as for most commits. */
export function isKnown(since: string, { branches, tags, ids }: Refs): boolean | undefined {
  if (tags.includes(since) || branches.includes(since)) return true;
  if (/^[0-9a-f]{4,64}$/i.test(since)) return ids.some((id) => id.startsWith(since.toLowerCase())) || undefined;
  // An expression such as v1.0~3 stands for a commit that has no name.
  return /[~^:@]/.test(since) ? undefined : false;
}

/** @param refs names to suggest. */
export function noRevision(
  { url, since }: { url: string; since: string },
  { branches, tags }: Refs = { branches: [], tags: [], ids: [] },
): string {
  const near = nearest(since, [...tags, ...branches]);
  const newest = tags.slice(-3).reverse().join(", ");
  const such = near !== undefined ? `, such as ${near}` : newest === "" ? "" : `, such as ${newest}`;
  return `target.since: ${url} has no revision ${since}: write a commit, a tag or a branch of it${such}`;
}

function otherBranch({ branches }: Refs): string {
  if (branches.length === 0) return "push that branch";
  const more = branches.length > mostNamed ? ` and ${branches.length - mostNamed} more` : "";
  return `write one of its branches: ${branches.slice(0, mostNamed).join(", ")}${more}`;
}
