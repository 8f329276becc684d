import { nearest } from "../../config/nearest.ts";
import { inOneLine } from "../text/plain-text.ts";

/** Branches and tags that a repository offers. */
export interface Refs {
  branches: string[];
  tags: string[];
  /** Ids of the commits that they point to. */
  ids: string[];
}

/** A repository as the configuration names it. */
export interface Wanted {
  /** Group of settings: `target`, `suite` or `results`. */
  setting: string;
  url: string;
  branch: string;
  /** First revision to measure: a commit, a tag or a branch. */
  since?: string | undefined;
  /** True if this host writes it: the first publish creates its branch. */
  isWritten: boolean;
}

/** Parses the output of `git ls-remote --heads --tags`. Names are foreign text and are cleaned. */
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

/** Most branches that an error lists. */
const mostNamed = 10;

/** Returns the configured branches and revisions that the repository lacks: one sentence with the fix each. */
export function missingRefs({ setting, url, branch, since, isWritten }: Wanted, refs: Refs): string[] {
  const noBranch =
    isWritten || refs.branches.includes(branch) ? [] : [`${setting}.branch: ${url} has no branch ${branch}: ${otherBranch(refs)}`];
  return since === undefined || isKnown(since, refs) !== false ? noBranch : [...noBranch, noRevision({ url, since }, refs)];
}

/** Returns true if a repository has a revision; undefined if its branches and tags do not show it, as for most commits. */
export function isKnown(since: string, { branches, tags, ids }: Refs): boolean | undefined {
  if (tags.includes(since) || branches.includes(since)) return true;
  if (/^[0-9a-f]{4,64}$/i.test(since)) return ids.some((id) => id.startsWith(since.toLowerCase())) || undefined;
  // An expression such as v1.0~3 names a commit without a branch or tag.
  return /[~^:@]/.test(since) ? undefined : false;
}

/** Returns the error for a missing revision. @param refs names to suggest. */
export function noRevision(
  { url, since }: { url: string; since: string },
  { branches, tags }: Refs = { branches: [], tags: [], ids: [] },
): string {
  const near = nearest(since, [...tags, ...branches]);
  const newest = tags.slice(-3).reverse().join(", ");
  const such = near !== undefined ? `, such as ${near}` : newest === "" ? "" : `, such as ${newest}`;
  return `target.since: ${url} has no revision ${since}: write a commit, tag or branch of that repository${such}`;
}

function otherBranch({ branches }: Refs): string {
  if (branches.length === 0) return "push that branch";
  const more = branches.length > mostNamed ? ` and ${branches.length - mostNamed} more` : "";
  return `use one of its branches: ${branches.slice(0, mostNamed).join(", ")}${more}`;
}
