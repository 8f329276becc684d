import { commandLine } from "../../config/command-line.ts";
import { setTimeout as pause } from "node:timers/promises";
import { paths } from "../../config/paths.ts";
import { git, remoteProblem, removeStaleLocks, tryGit, type Clone } from "../system/git.ts";
import { as } from "../system/command.ts";
import { inOneLine } from "../text/plain-text.ts";
import { takeAwayDeleted } from "./deleted-results.ts";
import {
  anotherWasQuicker,
  networkSeconds,
  pushProblem,
  pushTo,
  remoteName,
  remoteUrl,
  resolve,
  tellingLocalProblems,
  type Author,
  type Published,
  type Unreachable,
} from "./remote.ts";
import { foldersWrittenOnce, resultFolders } from "./sessions.ts";

export interface Publication {
  /** The results branch. */
  branch: string;
  author: Author;
  /** What the commit says: host, revisions, reason. */
  message: string;
  /** Folder of what others deleted on the remote. */
  keepDeletedIn?: string;
  /** The state of this host, where it changed: the one file that replaces an earlier version. Nothing in the working tree holds it yet. */
  state?: { path: string; text: string } | undefined;
}

const tries = 5;
const firstPauseMilliseconds = 200;
/** An index of our own, kept between runs so that git need not read every file again. */
const privateIndex = ".git/evenkeel.index";
/** What `git status` and whoever looks at the clone see. */
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
 * Bring every result file that the remote lacks to it: a commit on the remote's tip, built beside the working tree, pushed; built again
 * when another host was quicker. Nothing is rebased, overwritten or force-pushed. Afterwards branch, index and working tree
 * are the tip's. What the remote had and has no longer was deleted there: it is not brought again, and kept aside. Only under the host's
 * lock. Without a network the files stay, and go with the next run.
 */
export function publish(clone: Clone, publication: Publication): Promise<Published> {
  return tellingLocalProblems(() => bringToRemote(clone, publication));
}

/**
 * Finish what a killed publish has left between two steps: index, working tree and branch are those of the remote's tip, as far as it is
 * known here. A clone in between looks edited by hand, and an edited host is not measured. Only under the host's lock.
 */
export function finishPublish(clone: Clone, branch: string, keepDeletedIn: string = paths.deletedResults): Promise<Published> {
  return tellingLocalProblems(async () => {
    await removeStaleLocks(clone);
    const tip = await resolve(clone, trackingRef(branch));
    const head = await resolve(clone, "HEAD");
    if (tip === head) return { published: true, files: [], differing: [], taken: [], deleted: [] };
    const refused = await refusal(clone, branch, tip);
    if (refused) return { published: false, isRefused: true, ...refused };
    const deleted = await takeAwayDeleted(clone, keepDeletedIn, head, tip);
    return { published: true, files: [], ...(await adopt(clone, branch, tip)), deleted };
  });
}

/** Modes of files that results may have: a regular file, also one that can be executed. */
const regularModes = new Set(["100644", "100755"]);

/** Returns the reason to refuse a commit that others may have pushed: a link, a submodule, or a control character in a name. */
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
    reason: `branch ${branch} of the results holds what is no regular file, and is not taken over: ${odd.slice(0, 5).join(", ")}${more}`,
    hint: "remove these entries from the branch, and find out who pushed them; what is measured meanwhile stays on this host",
  };
}

async function bringToRemote(clone: Clone, publication: Publication): Promise<Published> {
  const deleted: string[] = [];
  for (let attempt = 1; ; attempt++) {
    await removeStaleLocks(clone);
    const fetched = await fetchTip(clone, publication.branch);
    if ("reason" in fetched) return { published: false, ...fetched };
    const refused = await refusal(clone, publication.branch, fetched.tip);
    if (refused) return { published: false, isRefused: true, ...refused };

    const head = await resolve(clone, `refs/heads/${publication.branch}`);
    deleted.push(...(await takeAwayDeleted(clone, publication.keepDeletedIn ?? paths.deletedResults, head, fetched.tip)));

    const files = await addPending(clone, fetched.tip);
    const isStateNew = await addState(clone, fetched.tip, publication.state);
    if (files.length === 0 && !isStateNew)
      return { published: true, files, ...(await adopt(clone, publication.branch, fetched.tip)), deleted };

    const commit = await commitIndex(clone, publication, fetched.tip);
    const push = await pushTo(clone, publication.branch, commit);
    if (push.ok) return { published: true, files, ...(await adopt(clone, publication.branch, commit)), deleted };
    if (!anotherWasQuicker(push) || attempt === tries) return { published: false, ...(await pushProblem(clone, push)) };
    await pause(firstPauseMilliseconds * 2 ** (attempt - 1) * (0.5 + Math.random()));
  }
}

/** Result files that are not on the remote, as far as known without asking it. Writes nothing: a publish may be at work. */
export async function pendingFiles(clone: Clone, branch: string): Promise<string[]> {
  const tip = await resolve(clone, trackingRef(branch));
  const published = tip === undefined ? "" : await git(clone, ["ls-tree", "-r", "-z", "--name-only", tip, "--", ...resultFolders]);
  const isPublished = new Set(published.split("\0"));
  // With an index that does not exist, every file there is counts as new.
  return (await newFiles(clone, ".git/evenkeel.none")).filter((path) => !isPublished.has(path));
}

/** The remote's tip; undefined where the branch does not exist yet, or the remote was made anew. */
async function fetchTip(clone: Clone, branch: string): Promise<{ tip: string | undefined } | Unreachable> {
  const tracking = trackingRef(branch);
  const fetch = await tryGit(clone, ["fetch", "--quiet", "--no-tags", remoteName, `+refs/heads/${branch}:${tracking}`], {
    timeoutSeconds: networkSeconds,
  });
  if (fetch.ok) return { tip: await resolve(clone, tracking) };
  if (!/couldn't find remote ref/.test(fetch.stderr)) return remoteProblem(fetch, await remoteUrl(clone));
  const renamed = await branchesWith(clone, await resolve(clone, `refs/heads/${branch}`));
  if ("reason" in renamed) return renamed;
  if (renamed.length > 0) {
    const reason = `${await remoteUrl(clone)} has no branch ${branch} any more; what it had is on ${renamed.map(inOneLine).join(", ")}`;
    return { reason, hint: `set results.branch to that branch, then run \`${commandLine("up")}\`` };
  }
  await git(clone, ["update-ref", "-d", tracking]);
  return { tip: undefined };
}

/** The remote's branches that have a commit: where one is gone, it was renamed to one of these. */
async function branchesWith(clone: Clone, commit: string | undefined): Promise<string[] | Unreachable> {
  if (commit === undefined) return [];
  const all = `+refs/heads/*:refs/remotes/${remoteName}/*`;
  const fetch = await tryGit(clone, ["fetch", "--quiet", "--no-tags", "--prune", remoteName, all], { timeoutSeconds: networkSeconds });
  if (!fetch.ok) return remoteProblem(fetch, await remoteUrl(clone));
  const refs = `refs/remotes/${remoteName}`;
  const found = await git(clone, ["for-each-ref", `--contains=${commit}`, "--format=%(refname:lstrip=3)", refs]);
  return found.split("\n").filter((name) => name !== "" && name !== "HEAD");
}

/** The private index as the tip is, plus every result file the tip lacks. Returns those files. */
async function addPending(clone: Clone, tip: string | undefined): Promise<string[]> {
  const pending = await lackedBy(clone, tip);
  if (pending.length === 0) return pending;
  await updateIndex(clone, ["--add", "-z", "--stdin"], pending.map((path) => `${path}\0`).join(""));
  if (tip !== undefined) return pending;
  const readme = (await git(clone, ["hash-object", "-w", "--stdin"], { input: firstReadme })).trim();
  await updateIndex(clone, ["--add", "--cacheinfo", `100644,${readme},README.md`]);
  return ["README.md", ...pending];
}

/** Puts the state into the private index. Returns whether the tip has another one, or none. */
async function addState(clone: Clone, tip: string | undefined, state: Publication["state"]): Promise<boolean> {
  if (!state) return false;
  const blob = (await git(clone, ["hash-object", "-w", "--stdin"], { input: state.text })).trim();
  if (tip !== undefined && blob === (await resolve(clone, `${tip}:${state.path}`))) return false;
  await updateIndex(clone, ["--add", "--cacheinfo", `100644,${blob},${state.path}`]);
  return true;
}

/** Result files of the working tree that are not in a commit. Leaves the private index as that commit's. */
async function lackedBy(clone: Clone, tip: string | undefined): Promise<string[]> {
  await readIntoIndex(clone, privateIndex, tip);
  return newFiles(clone, privateIndex);
}

/** Result files of the working tree that are not in an index. */
async function newFiles(clone: Clone, index: string): Promise<string[]> {
  const list = await git(clone, ["ls-files", "--others", "-z", "--", ...resultFolders], using(index));
  // A name with a dot in front is a file still being written.
  return list.split("\0").filter((path) => path !== "" && !path.endsWith("/") && !path.split("/").some((name) => name.startsWith(".")));
}

/** Set an index to a commit's tree, keeping what it knows of the files on disk. One that cannot be read is thrown away. */
async function readIntoIndex(clone: Clone, index: string, tip: string | undefined): Promise<void> {
  const read = tip === undefined ? ["read-tree", "--empty"] : ["read-tree", "--reset", tip];
  if ((await tryGit(clone, read, using(index))).ok) return;
  await as(clone.account)({ cwd: clone.root, nothrow: true })`rm -f ${index} ${index}.lock`;
  await git(clone, read, using(index));
}

async function commitIndex(clone: Clone, { author, message }: Publication, parent: string | undefined): Promise<string> {
  const tree = (await git(clone, ["write-tree"], usingIndex)).trim();
  const parents = parent === undefined ? [] : ["-p", parent];
  const commit = await git(clone, ["commit-tree", tree, ...parents, "-F", "-"], { input: message, environment: authorship(author) });
  return commit.trim();
}

/**
 * Make branch, index and working tree the tip's: files that are missing are written, result files never overwritten but the
 * states of hosts. Returns what is here with other content, and which results were written.
 */
async function adopt(clone: Clone, branch: string, tip: string | undefined): Promise<{ differing: string[]; taken: string[] }> {
  if (tip === undefined) return { differing: [], taken: [] };
  const before = await resolve(clone, "HEAD");
  await readIntoIndex(clone, privateIndex, tip);
  await refresh(clone, privateIndex);
  const changes = await changedHere(clone);
  await checkOut(clone, changes.missing);
  const stale = await unedited(clone, changes.other.filter(isReplaceable), before);
  await checkOut(clone, stale, "--force");
  await readIntoIndex(clone, sharedIndex, tip);
  await refresh(clone, sharedIndex);

  const updates = [trackingRef(branch), `refs/heads/${branch}`].map((ref) => `update ${ref} ${tip}\n`);
  await git(clone, ["update-ref", "--stdin"], { input: updates.join("") });
  await git(clone, ["symbolic-ref", "HEAD", `refs/heads/${branch}`]);
  return {
    differing: changes.other.filter((path) => !stale.includes(path)),
    taken: changes.missing.filter((path) => !isReplaceable(path)),
  };
}

/** Paths where the working tree is not as the private index. */
async function changedHere(clone: Clone): Promise<{ missing: string[]; other: string[] }> {
  const fields = (await git(clone, ["diff-files", "--name-status", "-z"], usingIndex)).split("\0");
  const missing: string[] = [];
  const other: string[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const path = fields[at + 1];
    if (path !== undefined) (fields[at] === "D" ? missing : other).push(path);
  }
  return { missing, other };
}

/** Those that nobody edited here: as they were in the commit that was checked out before. */
async function unedited(clone: Clone, paths: readonly string[], before: string | undefined): Promise<string[]> {
  const same: string[] = [];
  for (const path of paths) {
    const here = await tryGit(clone, ["hash-object", "--", path]);
    const was = before === undefined ? undefined : await resolve(clone, `${before}:${path}`);
    if (here.ok && here.stdout.trim() === was) same.push(path);
  }
  return same;
}

/** A file of the owner's own, or the state of a host. */
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

function trackingRef(branch: string): string {
  return `refs/remotes/${remoteName}/${branch}`;
}

function using(index: string): { environment: { GIT_INDEX_FILE: string } } {
  return { environment: { GIT_INDEX_FILE: index } };
}

/** Learn sizes and times of the files; its exit code says that some differ, which is no failure. */
async function refresh(clone: Clone, index: string): Promise<void> {
  await tryGit(clone, ["update-index", "-q", "--refresh"], using(index));
}

function authorship({ name, email }: Author): Record<string, string> {
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}
