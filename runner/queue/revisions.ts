import { UserError } from "../../config/user-error.ts";
import { git, missingBranch, remoteProblem, removeStaleLocks, tryGit, type Clone } from "../system/git.ts";
import { inOneLine } from "../text/plain-text.ts";
import type { Revision } from "../model.ts";

/** First-parent history, oldest first, and the ids of its revisions that touch measured files. */
export interface History {
  history: readonly Revision[];
  wanted: ReadonlySet<string>;
}

/** History of a branch. */
export interface BranchHistory extends History {
  /** Id of the branch's newest commit. */
  tip: string;
}

const fetchSeconds = 300;

/**
 * Fetches all branches and tags of the target's remote, force-pushed ones included. Requires the host's lock.
 * Returns a failure instead of throwing it: the revisions that were fetched before can still be measured.
 */
export async function fetchTarget(clone: Clone): Promise<{ ok: true } | { ok: false; reason: string; hint: string }> {
  await removeStaleLocks(clone);
  named.clear();
  const refs = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"];
  const fetch = await tryGit(clone, ["fetch", "--quiet", "--prune", "--no-recurse-submodules", "origin", ...refs], {
    timeoutSeconds: fetchSeconds,
  });
  if (fetch.ok) return { ok: true };
  const url = (await git(clone, ["remote", "get-url", "origin"])).trim();
  return { ok: false, ...remoteProblem(fetch, url) };
}

/** Returns the commit that a branch, tag, full or short id of the remote names. @throws UserError if there is none or several. */
export async function resolveRevision(clone: Clone, text: string): Promise<string> {
  // A local branch is as old as the clone, so the remote's has priority.
  const names = [`refs/remotes/origin/${text}`, text];
  const known = await firstCommit(clone, names);
  if (known !== undefined) return known;
  for (const name of names) {
    const found = await tryGit(clone, ["rev-parse", "--verify", "--end-of-options", `${name}^{commit}`]);
    if (found.ok) return found.stdout.trim();
    if (/is ambiguous/.test(found.stderr)) {
      throw new UserError(`several revisions of ${clone.root} begin with ${text}`, "give more digits of the id");
    }
  }
  throw new UserError(
    `there is no revision ${text} in ${clone.root}`,
    "give a commit id, a tag or a branch that is on the target's remote",
  );
}

/** Cache of commits by name, until the next fetch: a run resolves the same names a dozen times. Unknown names are not cached. */
const named = new Map<string, string>();

/** Returns the cached commit of a name since the last fetch; otherwise calls `ask` and caches its result. */
export async function untilFetched<Id extends string | undefined>(name: readonly unknown[], ask: () => Promise<Id>): Promise<Id | string> {
  const key = JSON.stringify(name);
  const known = named.get(key) ?? (await ask());
  if (known !== undefined) named.set(key, known);
  return known;
}

/** Returns the commit id of the first name that resolves, with one call of git. Undefined for both unknown and ambiguous names. */
function firstCommit(clone: Clone, names: readonly string[]): Promise<string | undefined> {
  return untilFetched([clone.root, names], () => askForCommit(clone, names));
}

async function askForCommit(clone: Clone, names: readonly string[]): Promise<string | undefined> {
  if (names.some((name) => name.includes("\n"))) return undefined;
  const input = names.map((name) => `${name}^{commit}\n`).join("");
  const { stdout } = await tryGit(clone, ["cat-file", "--batch-check=%(objecttype) %(objectname)"], { input });
  return /^commit ([0-9a-f]+)$/m.exec(stdout)?.[1];
}

/** Returns the commit that `target.since` names. @throws UserError if there is none or several. */
export async function resolveSince(clone: Clone, since: string): Promise<string> {
  try {
    return await resolveRevision(clone, since);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`target.since: ${error.message}`, error.hint);
  }
}

/**
 * Returns a branch's first-parent history from a commit on, that commit included. If the commit is on another branch (a release tag), the
 * history begins at the fork. A revision is wanted if it touches one of the paths, or if there are no paths. Merges count by the diff to
 * their first parent; empty commits are always wanted. Commits removed by a force-push are excluded.
 *
 * @throws UserError if the remote has no such branch.
 */
export async function firstParentHistory(
  clone: Clone,
  options: { branch: string; since: string; paths: readonly string[] },
): Promise<BranchHistory> {
  const tip = await firstCommit(clone, [`refs/remotes/origin/${options.branch}`]);
  if (tip === undefined) throw await missingBranch(clone, options.branch, "target.branch");
  return historyUpTo(clone, tip, options);
}

/** Returns the history up to a commit instead of a branch; memoized. @param tip id of the commit; `since` is an id, too. */
export function historyUpTo(
  clone: Clone,
  tip: string,
  { since, paths }: { since: string; paths: readonly string[] },
): Promise<BranchHistory> {
  return walkedOnce([clone.root, tip, since, paths], async () => {
    const walked = await walk(clone, [tip, "--not", `${since}^@`], paths);
    // If commit dates run backwards, git may show more than the range.
    const first = walked.history.findIndex(({ id }) => id === since);
    const history = walked.history.slice(Math.max(first, 0));
    // An empty commit touches no file but is made to be measured: it shows whether an upgrade changed the results.
    const wanted = history.filter(({ id, isEmpty }) => isEmpty || walked.wanted.has(id)).map(({ id }) => id);
    return { tip, history, wanted: new Set(wanted) };
  });
}

/**
 * Returns the first-parent history of git's `<from>..<to>`, which excludes `from`.
 *
 * @throws UserError if an end is unknown, or the range is empty.
 */
export async function commitRange(clone: Clone, range: { from: string; to: string; paths: readonly string[] }): Promise<BranchHistory> {
  const from = await resolveRevision(clone, range.from);
  const to = await resolveRevision(clone, range.to);
  const found = await walkedOnce([clone.root, to, "not", from, range.paths], async () => {
    return { tip: to, ...(await walk(clone, [to, "--not", from], range.paths)) };
  });
  if (found.history.length > 0) return found;
  throw new UserError(`no revision lies between ${range.from} and ${range.to}`, "write the older revision first: <older>..<newer>");
}

/** Returns the newest common ancestor of two commits; undefined if there is none. */
export async function commonAncestor(clone: Clone, one: string, other: string): Promise<string | undefined> {
  const found = await tryGit(clone, ["merge-base", one, other]);
  return found.ok ? found.stdout.trim() : undefined;
}

/** Creates a ref for a measured revision, so that git keeps it even if its branch is deleted. */
export async function pinRevision(clone: Clone, id: string): Promise<void> {
  await git(clone, ["update-ref", `refs/evenkeel/${id}`, id]);
}

/** Cache of histories by clone, range and paths. Ranges consist of commit ids, so their content never changes. */
const walked = new Map<string, Promise<BranchHistory>>();

/** Returns a cached history; otherwise calls `make` and caches its result. */
function walkedOnce(by: readonly unknown[], make: () => Promise<BranchHistory>): Promise<BranchHistory> {
  const key = JSON.stringify(by);
  const known = walked.get(key);
  if (known) return known;
  const found = make();
  walked.set(key, found);
  // A failure of git may be temporary, so it is not cached.
  found.catch(() => walked.delete(key));
  return found;
}

/** @param range arguments of `git log` that select commits by id. */
async function walk(clone: Clone, range: readonly string[], paths: readonly string[]): Promise<History> {
  const history = await revisionsIn(clone, range);
  const touching = paths.length === 0 ? history.map(({ id }) => id) : await idsTouching(clone, range, paths);
  return { history, wanted: new Set(touching) };
}

const fields = ["%H", "%P", "%T", "%ct", "%an", "%s"];

async function revisionsIn(clone: Clone, range: readonly string[]): Promise<Revision[]> {
  const log = await git(clone, ["log", "-z", "--first-parent", "--no-notes", "--reverse", `--format=${fields.join("%x00")}`, ...range]);
  const values = log.split("\0");
  const revisions: Revision[] = [];
  let treeBefore: string | undefined;
  for (let at = 0; at + fields.length <= values.length; at += fields.length) {
    const [id = "", parents = "", tree = "", committed = "", author = "", title = ""] = values.slice(at, at + fields.length);
    const parent = parents.split(" ")[0] ?? "";
    if (at === 0 && parent !== "") treeBefore = (await git(clone, ["rev-parse", `${parent}^{tree}`])).trim();
    revisions.push({
      id,
      ...(parent === "" ? {} : { parent }),
      committed: new Date(Number(committed) * 1000).toISOString(),
      author: inOneLine(author),
      title: inOneLine(title),
      isEmpty: tree === treeBefore,
    });
    treeBefore = tree;
  }
  return revisions;
}

async function idsTouching(clone: Clone, range: readonly string[], paths: readonly string[]): Promise<string[]> {
  const log = await git(clone, ["log", "-z", "--first-parent", "--no-notes", "--format=%H", ...range, "--", ...paths]);
  return log.split("\0").filter((id) => id !== "");
}
