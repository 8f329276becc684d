import { commandLine } from "../../config/command-line.ts";
import { setTimeout as pause } from "node:timers/promises";
import { paths } from "../../config/paths.ts";
import { git, remoteProblem, removeStaleLocks, tryGit, type Clone } from "../system/git.ts";
import { as } from "../system/command.ts";
import { inOneLine } from "../text/plain-text.ts";
import { moveDeletedAside } from "./deleted-results.ts";
import {
  isPushRace,
  networkSeconds,
  pushProblem,
  pushTo,
  remoteName,
  remoteUrl,
  resolve,
  returningLocalProblems,
  type Author,
  type Published,
  type Unreachable,
} from "./remote.ts";
import { foldersWrittenOnce, resultFolders } from "./sessions.ts";
import { isAdopted, knownTips, trackingRef, type KnownTips } from "./tips.ts";

export interface Publication {
  /** Results branch. */
  branch: string;
  author: Author;
  /** Returns the commit message for the new result files: host, revisions, reason. */
  message: (files: readonly string[]) => string | Promise<string>;
  /** Folder for files that others deleted on the remote. */
  keepDeletedIn?: string;
  /** State of this host, if it changed: the only file that replaces an earlier version. The working tree does not have it yet. */
  state?: { path: string; text: string } | undefined;
}

const tries = 5;
const firstPauseMilliseconds = 200;
/** Private index, kept between runs so that git need not read every file again. */
const privateIndex = ".git/evenkeel.index";
/** Index that `git status` shows to users of the clone. */
const sharedIndex = ".git/index";
const usingIndex = using(privateIndex);

const firstReadme = `# Benchmark results

Written by Evenkeel, one commit a run. Files are added, never changed; only a host's state is replaced.

- \`runs/\`: a file a session (estimates and failures), and beside it the raw samples, in seconds
- \`environments/\`: what results depend on besides the revision
- \`dependencies/\`: what was installed to build a revision
- \`scaling/\`: the factors between environments, from revisions that were measured in both
- \`decisions/\`: what became of suspected changes, and by which sessions
- \`withdrawn/\`: sessions, and values of benchmarks, that do not count, who withdrew them and why
- \`hosts/\`: the state of each host, written by that host: what it measures, how much waits, why it does not measure
`;

/**
 * Publishes every result file that the remote lacks: builds a commit on the remote's tip outside the working tree and pushes it. Retries if
 * another host pushed first. Nothing is rebased, overwritten or force-pushed. Afterwards branch, index and working tree match the tip. Files
 * that were deleted on the remote are moved aside and not published again. Requires the host's lock. Without a network, the next run
 * publishes the files.
 */
export function publish(clone: Clone, publication: Publication): Promise<Published> {
  return returningLocalProblems(() => bringToRemote(clone, publication));
}

/**
 * Finishes a publish that was killed between two steps: sets index, working tree and branch to the last known tip of the remote. Otherwise the
 * clone would look edited, and an edited host does not measure. Requires the host's lock.
 */
export function finishPublish(clone: Clone, branch: string, keepDeletedIn: string = paths.deletedResults): Promise<Published> {
  return returningLocalProblems(async () => {
    await removeStaleLocks(clone);
    const known = await knownTips(clone, branch);
    if (isAdopted(known)) return { published: true, files: [], differing: [], taken: [], deleted: [] };
    const refused = await refusal(clone, branch, known.tip);
    if (refused) return { published: false, isRefused: true, ...refused };
    const deleted = await moveDeletedAside(clone, keepDeletedIn, known.head, known.tip);
    await readIntoIndex(clone, privateIndex, known.tip);
    return { published: true, files: [], ...(await adopt(clone, branch, known)), deleted };
  });
}

/** Allowed modes of result files: regular, executable or not. */
const regularModes = new Set(["100644", "100755"]);

/** Returns the reason to refuse a commit of others: a link, a submodule, or a control character in a name. Undefined if it is acceptable. */
async function refusal(clone: Clone, branch: string, tip: string | undefined): Promise<Unreachable | undefined> {
  if (tip === undefined) return undefined;
  const entries = (await git(clone, ["ls-tree", "-r", "-z", tip])).split("\0").filter(Boolean);
  const odd = entries.flatMap((entry) => {
    const [facts = "", path = ""] = entry.split("\t");
    const mode = facts.split(" ")[0] ?? "";
    const isRegular = regularModes.has(mode) && !/[\p{Cc}\p{Bidi_Control}]/u.test(path);
    return isRegular ? [] : [`${inOneLine(path)} (mode ${mode})`];
  });
  if (odd.length === 0) return undefined;
  const more = odd.length > 5 ? ` and ${odd.length - 5} more` : "";
  return {
    reason: `branch ${branch} of the results has entries that are not regular files, so it is refused: ${odd.slice(0, 5).join(", ")}${more}`,
    hint: "remove these entries from the branch, and find out who pushed them; new results stay on this host until then",
  };
}

async function bringToRemote(clone: Clone, publication: Publication): Promise<Published> {
  const { branch } = publication;
  const deleted: string[] = [];
  for (let attempt = 1; ; attempt++) {
    await removeStaleLocks(clone);
    const known = await fetchTip(clone, branch);
    if ("reason" in known) return { published: false, ...known };
    const refused = await refusal(clone, branch, known.tip);
    if (refused) return { published: false, isRefused: true, ...refused };

    deleted.push(...(await moveDeletedAside(clone, publication.keepDeletedIn ?? paths.deletedResults, known.head, known.tip)));

    const pending = await addPending(clone, known.tip);
    const isStateNew = await addState(clone, known.tip, publication.state);
    const files = known.tip === undefined && pending.length > 0 ? ["README.md", ...pending] : pending;
    if (files.length === 0 && !isStateNew) return { published: true, files, ...(await adopt(clone, branch, known)), deleted };

    const commit = await commitIndex(clone, publication, { parent: known.tip, pending });
    const push = await pushTo(clone, branch, commit);
    if (push.ok) return { published: true, files, ...(await adopt(clone, branch, { ...known, tip: commit })), deleted };
    if (!isPushRace(push) || attempt === tries) return { published: false, ...(await pushProblem(clone, push)) };
    await pause(firstPauseMilliseconds * 2 ** (attempt - 1) * (0.5 + Math.random()));
  }
}

/** Returns the result files that the remote lacks, by its last known state. Writes nothing, since a publish may be running. */
export async function pendingFiles(clone: Clone, branch: string): Promise<string[]> {
  const tip = await resolve(clone, trackingRef(branch));
  const published = tip === undefined ? "" : await git(clone, ["ls-tree", "-r", "-z", "--name-only", tip, "--", ...resultFolders]);
  const isPublished = new Set(published.split("\0"));
  // With an index that does not exist, every file counts as new.
  return (await newFiles(clone, ".git/evenkeel.none")).filter((path) => !isPublished.has(path));
}

/** Fetches the remote's tip; undefined if the branch does not exist yet, or if the remote was created again. */
async function fetchTip(clone: Clone, branch: string): Promise<KnownTips | Unreachable> {
  const tracking = trackingRef(branch);
  const fetch = await tryGit(clone, ["fetch", "--quiet", "--no-tags", remoteName, `+refs/heads/${branch}:${tracking}`], {
    timeoutSeconds: networkSeconds,
  });
  if (fetch.ok) return knownTips(clone, branch);
  if (!/couldn't find remote ref/.test(fetch.stderr)) return remoteProblem(fetch, await remoteUrl(clone));
  const renamed = await branchesWith(clone, await resolve(clone, `refs/heads/${branch}`));
  if ("reason" in renamed) return renamed;
  if (renamed.length > 0) {
    const reason = `${await remoteUrl(clone)} no longer has branch ${branch}; its commits are on ${renamed.map(inOneLine).join(", ")}`;
    return { reason, hint: `set results.branch to that branch, then run \`${commandLine("up")}\`` };
  }
  await git(clone, ["update-ref", "-d", tracking]);
  return knownTips(clone, branch);
}

/** Returns the remote's branches that contain a commit. A missing branch was renamed to one of these. */
async function branchesWith(clone: Clone, commit: string | undefined): Promise<string[] | Unreachable> {
  if (commit === undefined) return [];
  const all = `+refs/heads/*:refs/remotes/${remoteName}/*`;
  const fetch = await tryGit(clone, ["fetch", "--quiet", "--no-tags", "--prune", remoteName, all], { timeoutSeconds: networkSeconds });
  if (!fetch.ok) return remoteProblem(fetch, await remoteUrl(clone));
  const refs = `refs/remotes/${remoteName}`;
  const found = await git(clone, ["for-each-ref", `--contains=${commit}`, "--format=%(refname:lstrip=3)", refs]);
  return found.split("\n").filter((name) => name !== "" && name !== "HEAD");
}

/** Sets the private index to the tip plus every result file that the tip lacks, and a README with the first ones. Returns the result files. */
async function addPending(clone: Clone, tip: string | undefined): Promise<string[]> {
  await readIntoIndex(clone, privateIndex, tip);
  const pending = await newFiles(clone, privateIndex);
  if (pending.length === 0) return pending;
  await updateIndex(clone, ["--add", "-z", "--stdin"], pending.map((path) => `${path}\0`).join(""));
  if (tip !== undefined) return pending;
  const readme = (await git(clone, ["hash-object", "-w", "--stdin"], { input: firstReadme })).trim();
  await updateIndex(clone, ["--add", "--cacheinfo", `100644,${readme},README.md`]);
  return pending;
}

/** Adds the state to the private index. Returns true if the tip has another one, or none. */
async function addState(clone: Clone, tip: string | undefined, state: Publication["state"]): Promise<boolean> {
  if (!state) return false;
  const blob = (await git(clone, ["hash-object", "-w", "--stdin"], { input: state.text })).trim();
  if (tip !== undefined && blob === (await resolve(clone, `${tip}:${state.path}`))) return false;
  await updateIndex(clone, ["--add", "--cacheinfo", `100644,${blob},${state.path}`]);
  return true;
}

/** Returns the result files of the working tree that are not in an index. */
async function newFiles(clone: Clone, index: string): Promise<string[]> {
  const list = await git(clone, ["ls-files", "--others", "-z", "--", ...resultFolders], using(index));
  // A name with a leading dot is a file that is still being written.
  return list.split("\0").filter((path) => path !== "" && !path.endsWith("/") && !path.split("/").some((name) => name.startsWith(".")));
}

/** Sets an index to a commit's tree, keeping its knowledge of the files on disk. An unreadable index is deleted. */
async function readIntoIndex(clone: Clone, index: string, tip: string | undefined): Promise<void> {
  const read = tip === undefined ? ["read-tree", "--empty"] : ["read-tree", "--reset", tip];
  if ((await tryGit(clone, read, using(index))).ok) return;
  await as(clone.account)({ cwd: clone.root, nothrow: true })`rm -f ${index} ${index}.lock`;
  await git(clone, read, using(index));
}

async function commitIndex(
  clone: Clone,
  { author, message }: Publication,
  { parent, pending }: { parent: string | undefined; pending: readonly string[] },
): Promise<string> {
  const tree = (await git(clone, ["write-tree"], usingIndex)).trim();
  const parents = parent === undefined ? [] : ["-p", parent];
  const input = await message(pending);
  return (await git(clone, ["commit-tree", tree, ...parents, "-F", "-"], { input, environment: authorship(author) })).trim();
}

/**
 * Sets branch, index and working tree to the tip, which the private index has. Writes missing files; overwrites no result file except states of
 * hosts. Returns the files with other content here, and the results that were written.
 */
async function adopt(clone: Clone, branch: string, known: KnownTips): Promise<{ differing: string[]; taken: string[] }> {
  const { tip } = known;
  if (tip === undefined) return { differing: [], taken: [] };
  const changes = await changedHere(clone);
  await checkOut(clone, changes.missing);
  const stale = await unedited(clone, changes.other.filter(isReplaceable));
  await checkOut(clone, stale, "--force");
  const done = {
    differing: changes.other.filter((path) => !stale.includes(path)),
    taken: changes.missing.filter((path) => !isReplaceable(path)),
  };

  await readIntoIndex(clone, sharedIndex, tip);
  if (isAdopted(known) && changes.missing.length + stale.length === 0) return done;
  // Otherwise `git status` of the clone's users would read every file again.
  await tryGit(clone, ["update-index", "-q", "--refresh"], using(sharedIndex));
  const updates = [trackingRef(branch), `refs/heads/${branch}`].map((ref) => `update ${ref} ${tip}\n`);
  await git(clone, ["update-ref", "--stdin"], { input: updates.join("") });
  if (!known.isCheckedOut) await git(clone, ["symbolic-ref", "HEAD", `refs/heads/${branch}`]);
  return done;
}

/** Returns the paths at which the working tree differs from the private index. */
async function changedHere(clone: Clone): Promise<{ missing: string[]; other: string[] }> {
  const compared = ["diff", "--name-status", "--no-renames", "--no-ext-diff", "-z"];
  const fields = (await git(clone, compared, usingIndex)).split("\0");
  const missing: string[] = [];
  const other: string[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const path = fields[at + 1];
    if (path !== undefined) (fields[at] === "D" ? missing : other).push(path);
  }
  return { missing, other };
}

/** Returns the unedited paths: equal to the commit that was checked out before. */
async function unedited(clone: Clone, paths: readonly string[]): Promise<string[]> {
  const same: string[] = [];
  for (const path of paths) {
    const here = await tryGit(clone, ["hash-object", "--", path]);
    if (here.ok && here.stdout.trim() === (await resolve(clone, `HEAD:${path}`))) same.push(path);
  }
  return same;
}

/** Returns true for a file of the repository's owner, or the state of a host. */
function isReplaceable(path: string): boolean {
  return !foldersWrittenOnce.some((folder) => path.startsWith(`${folder}/`));
}

async function checkOut(clone: Clone, paths: readonly string[], ...options: string[]): Promise<void> {
  if (paths.length === 0) return;
  const input = paths.map((path) => `${path}\0`).join("");
  await git(clone, ["checkout-index", "--quiet", "-u", ...options, "-z", "--stdin"], { ...usingIndex, input });
}

async function updateIndex(clone: Clone, args: string[], input = ""): Promise<void> {
  await git(clone, ["update-index", ...args], { ...usingIndex, input });
}

function using(index: string): { environment: { GIT_INDEX_FILE: string } } {
  return { environment: { GIT_INDEX_FILE: index } };
}

function authorship({ name, email }: Author): Record<string, string> {
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}
