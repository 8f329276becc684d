import { createHash } from "node:crypto";
import { UserError } from "../../config/user-error.ts";
import { git, remoteProblem, removeStaleLocks, tryGit, type Clone } from "../system/git.ts";
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

export interface ReportsPublication {
  /** Reports branch, which is replaced. */
  branch: string;
  /** Results branch, which must never be replaced. */
  resultsBranch: string;
  author: Author;
  message: string;
  /** Path -> text. */
  files: ReadonlyMap<string, string>;
  /** Commit id of the results that they were rendered from; undefined without one. */
  renderedFrom: string | undefined;
}

/** `isOutdated` is set if the remote has reports of newer results, which stay. */
export type PublishedReports = Published & { isOutdated?: true };

const tries = 5;
/** Prefix of the line in the commit message that names the results. */
const trailer = "Results: ";

/**
 * Replaces the reports branch with one commit without a parent. Does nothing if the remote has the same files, or reports of newer results:
 * results only grow, so those include ours. Retries if another host replaces the branch meanwhile.
 */
export function publishReports(clone: Clone, publication: ReportsPublication): Promise<PublishedReports> {
  return returningLocalProblems(() => replaceReports(clone, publication));
}

async function replaceReports(clone: Clone, publication: ReportsPublication): Promise<PublishedReports> {
  const { branch, resultsBranch, renderedFrom } = publication;
  if (branch === resultsBranch) {
    throw new UserError(`reports would overwrite the results branch ${branch}`, "set results.reportsBranch to another branch");
  }
  let ours: Reports | undefined;
  for (let attempt = 1; ; attempt++) {
    await removeStaleLocks(clone);
    const remote = await tipOf(clone, branch);
    if ("reason" in remote) return { published: false, ...remote };
    const { tip, tree } = remote;
    if (tip !== "" && (await isOfNewerResults(clone, tip, resultsBranch, renderedFrom))) {
      return { published: true, files: [], differing: [], taken: [], deleted: [], isOutdated: true };
    }
    ours ??= await commitReports(clone, publication);
    if (tree === ours.tree) {
      return { published: true, files: [], differing: [], taken: [], deleted: [] };
    }
    const push = await pushTo(clone, branch, ours.commit, `--force-with-lease=refs/heads/${branch}:${tip}`);
    if (push.ok) return { published: true, files: [...publication.files.keys()], differing: [], taken: [], deleted: [] };
    if (!isPushRace(push) || attempt === tries) return { published: false, ...(await pushProblem(clone, push)) };
  }
}

/** Commit of reports, and the tree with its files. */
interface Reports {
  commit: string;
  tree: string;
}

/**
 * Returns the ids of commit and tree of the remote's reports, and fetches them if another host pushed them. The commit's is empty without reports;
 * the tree's is undefined then, or if the branch was replaced meanwhile.
 */
async function tipOf(clone: Clone, branch: string): Promise<{ tip: string; tree: string | undefined } | Unreachable> {
  const ref = `refs/heads/${branch}`;
  const list = await tryGit(clone, ["ls-remote", remoteName, ref], { timeoutSeconds: networkSeconds });
  if (!list.ok) return remoteProblem(list, await remoteUrl(clone));
  const tip = list.stdout.split("\t")[0] ?? "";
  const tree = tip === "" ? undefined : await resolve(clone, `${tip}^{tree}`);
  if (tip === "" || tree !== undefined) return { tip, tree };
  // Its files need not be sent again, and its message names the results that it was rendered from.
  const fetch = await tryGit(clone, ["fetch", "--quiet", "--no-tags", remoteName, `+${ref}:refs/evenkeel/reports-elsewhere`], {
    timeoutSeconds: networkSeconds,
  });
  if (!fetch.ok) return remoteProblem(fetch, await remoteUrl(clone));
  const fetched = (await resolve(clone, "refs/evenkeel/reports-elsewhere")) ?? tip;
  return { tip: fetched, tree: await resolve(clone, `${fetched}^{tree}`) };
}

/** Returns true if reports were rendered from results that include ours. Reports that name no results are older. */
async function isOfNewerResults(clone: Clone, reports: string, resultsBranch: string, ours: string | undefined): Promise<boolean> {
  const message = await tryGit(clone, ["log", "-1", "--format=%B", reports]);
  const line = message.stdout.split("\n").find((one) => one.startsWith(trailer));
  const theirs = line?.slice(trailer.length).trim() ?? "";
  if (ours === undefined || theirs === ours || !/^[0-9a-f]{40,64}$/.test(theirs)) return false;
  const compare = () => tryGit(clone, ["merge-base", "--is-ancestor", ours, theirs]);
  const compared = await compare();
  // Git says so if it does not know one of them.
  if (compared.ok || compared.stderr === "") return compared.ok;
  const elsewhere = `+refs/heads/${resultsBranch}:refs/evenkeel/results-elsewhere`;
  await tryGit(clone, ["fetch", "--quiet", "--no-tags", remoteName, elsewhere], { timeoutSeconds: networkSeconds });
  return (await compare()).ok;
}

/** Commits the files with one process (fast-import) instead of one `hash-object` per file. Unchanged files refer to the previous commit's blobs. */
async function commitReports(clone: Clone, { author, message, files, renderedFrom }: ReportsPublication): Promise<Reports> {
  const ref = "refs/evenkeel/reports";
  const before = await blobsOf(clone, ref);
  const who = `${plain(author.name)} <${plain(author.email)}> now`;
  const stream = [
    `commit ${ref}`,
    `author ${who}`,
    `committer ${who}`,
    data(renderedFrom === undefined ? message : `${message}\n\n${trailer}${renderedFrom}\n`),
    ...[...files].map(([path, text]) => {
      const blob = before.get(path);
      const isKnown = blob !== undefined && blob === blobId(text);
      return isKnown ? `M 100644 ${blob} ${quoted(path)}` : `M 100644 inline ${quoted(path)}\n${data(text)}`;
    }),
  ];
  await git(clone, ["fast-import", "--quiet", "--force", "--date-format=now"], { input: `${stream.join("\n")}\n` });
  const [commit = "", tree = ""] = (await git(clone, ["rev-parse", ref, `${ref}^{tree}`])).trim().split("\n");
  return { commit, tree };
}

/** Returns the blobs of a commit by path; empty if the commit does not exist. */
async function blobsOf(clone: Clone, commit: string): Promise<Map<string, string>> {
  const list = await tryGit(clone, ["ls-tree", "-r", "-z", commit]);
  const entries = list.ok ? list.stdout.split("\0").filter(Boolean) : [];
  return new Map(entries.map((entry) => [entry.slice(entry.indexOf("\t") + 1), entry.split(/[ \t]/)[2] ?? ""]));
}

/** Returns git's blob id of a text, for a SHA-1 repository. */
function blobId(text: string): string {
  return createHash("sha1")
    .update(`blob ${Buffer.byteLength(text)}\0`)
    .update(text)
    .digest("hex");
}

/** Removes characters that would end a name, because fast-import does not quote names. */
function plain(name: string): string {
  return name.replace(/[<>\n]/g, "");
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}
