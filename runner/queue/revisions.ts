import { UserError } from "../../config/user-error.ts";
import { git, missingBranch, remoteProblem, removeStaleLocks, tryGit, type Clone } from "../system/git.ts";
import { inOneLine } from "../text/plain-text.ts";
import type { Revision } from "../model.ts";

/** First-parent history, oldest first, and the revisions in it that touch what is measured. */
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
 * Learn what is new on the target's remote: all branches and tags; a force-pushed branch is followed. Only under the host's lock.
 * A remote that cannot be reached is told, not thrown: what is here goes on being measured.
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

/** The commit that a name of the remote stands for: branch, tag, full or short id. @throws UserError where there is none, or several. */
export async function resolveRevision(clone: Clone, text: string): Promise<string> {
  // A local branch of that name is as old as the clone: the remote's comes first.
  const names = [`refs/remotes/origin/${text}`, text];
  const known = await firstCommit(clone, names);
  if (known !== undefined) return known;
  for (const name of names) {
    const found = await tryGit(clone, ["rev-parse", "--verify", "--end-of-options", `${name}^{commit}`]);
    if (found.ok) return found.stdout.trim();
    if (/is ambiguous/.test(found.stderr)) {
      throw new UserError(`several revisions of ${clone.root} begin with ${text}`, "give more digits of the one you mean");
    }
  }
  throw new UserError(
    `there is no revision ${text} in ${clone.root}`,
    "give a commit id, a tag or a branch that is on the target's remote",
  );
}

/** Commits by what names them, since the last fetch: a run asks for the same ones a dozen times. Unknown names are asked for again. */
const named = new Map<string, string>();

/** Returns the commit that was known by a name since the last fetch; otherwise asks for it. */
export async function untilFetched<Id extends string | undefined>(name: readonly unknown[], ask: () => Promise<Id>): Promise<Id | string> {
  const key = JSON.stringify(name);
  const known = named.get(key) ?? (await ask());
  if (known !== undefined) named.set(key, known);
  return known;
}

/** Returns the id of the first of the names that stands for a commit, asking git once. It does not tell an ambiguous name from an unknown one. */
function firstCommit(clone: Clone, names: readonly string[]): Promise<string | undefined> {
  return untilFetched([clone.root, names], () => askForCommit(clone, names));
}

async function askForCommit(clone: Clone, names: readonly string[]): Promise<string | undefined> {
  if (names.some((name) => name.includes("\n"))) return undefined;
  const input = names.map((name) => `${name}^{commit}\n`).join("");
  const { stdout } = await tryGit(clone, ["cat-file", "--batch-check=%(objecttype) %(objectname)"], { input });
  return /^commit ([0-9a-f]+)$/m.exec(stdout)?.[1];
}

/** The commit that `since:` of the configuration names. @throws UserError where there is none. */
export async function resolveSince(clone: Clone, since: string): Promise<string> {
  try {
    return await resolveRevision(clone, since);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`target.since: ${error.message}`, error.hint);
  }
}

/**
 * The branch's first-parent history from a commit on, that commit included; where it lies on another branch (a tag of a release), from
 * the fork on. A revision is wanted if it touches one of the paths (all are, without paths); a merge counts by its first
 * parent's diff, and one that changes nothing at all always: it is null. What a force-push left behind is in no history.
 *
 * @throws UserError where the remote has no such branch.
 */
export async function firstParentHistory(
  clone: Clone,
  options: { branch: string; since: string; paths: readonly string[] },
): Promise<BranchHistory> {
  const tip = await firstCommit(clone, [`refs/remotes/origin/${options.branch}`]);
  if (tip === undefined) throw await missingBranch(clone, options.branch, "target.branch");
  return historyUpTo(clone, tip, options);
}

/** The same for a commit instead of a branch; asked again, the same value. @param tip its id; `since` is one, too. */
export function historyUpTo(
  clone: Clone,
  tip: string,
  { since, paths }: { since: string; paths: readonly string[] },
): Promise<BranchHistory> {
  return walkedOnce([clone.root, tip, since, paths], async () => {
    const walked = await walk(clone, [tip, "--not", `${since}^@`], paths);
    // Where commit dates run backwards git may show more than was asked for.
    const first = walked.history.findIndex(({ id }) => id === since);
    const history = walked.history.slice(Math.max(first, 0));
    // An empty commit touches nothing, and is made to be measured: it tells whether an upgrade changed anything.
    const wanted = history.filter(({ id, isEmpty }) => isEmpty || walked.wanted.has(id)).map(({ id }) => id);
    return { tip, history, wanted: new Set(wanted) };
  });
}

/**
 * What `<from>..<to>` means to git, along first parents: without `from`.
 *
 * @throws UserError where an end is unknown, or nothing lies between.
 */
export async function commitRange(clone: Clone, range: { from: string; to: string; paths: readonly string[] }): Promise<BranchHistory> {
  const from = await resolveRevision(clone, range.from);
  const to = await resolveRevision(clone, range.to);
  const found = await walkedOnce([clone.root, to, "not", from, range.paths], async () => {
    return { tip: to, ...(await walk(clone, [to, "--not", from], range.paths)) };
  });
  if (found.history.length > 0) return found;
  throw new UserError(`no revision lies between ${range.from} and ${range.to}`, "the older one comes first: <older>..<newer>");
}

/** The newest commit that two have in common, where one branched off the other; undefined where there is none. */
export async function commonAncestor(clone: Clone, one: string, other: string): Promise<string | undefined> {
  const found = await tryGit(clone, ["merge-base", one, other]);
  return found.ok ? found.stdout.trim() : undefined;
}

/** Keep a measured revision whatever becomes of the branch. */
export async function pinRevision(clone: Clone, id: string): Promise<void> {
  await git(clone, ["update-ref", `refs/evenkeel/${id}`, id]);
}

/** Histories by clone, range and paths. A range names commits by their ids: what lies in it never changes. */
const walked = new Map<string, Promise<BranchHistory>>();

/** Returns the history that was walked before; otherwise walks it. */
function walkedOnce(by: readonly unknown[], make: () => Promise<BranchHistory>): Promise<BranchHistory> {
  const key = JSON.stringify(by);
  const known = walked.get(key);
  if (known) return known;
  const found = make();
  walked.set(key, found);
  // A failure of git's may be over the next time.
  found.catch(() => walked.delete(key));
  return found;
}

/** @param range ids of commits, as git's log takes them. */
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
