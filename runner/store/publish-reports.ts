import { createHash } from "node:crypto";
import { UserError } from "../../config/user-error.ts";
import { git, remoteProblem, removeStaleLocks, tryGit, type Clone } from "../git.ts";
import {
  networkSeconds,
  pushProblem,
  pushTo,
  remoteName,
  remoteUrl,
  resolve,
  tellingLocalProblems,
  type Author,
  type Published,
} from "./remote.ts";

export interface ReportsPublication {
  /** The reports branch, which is rewritten. */
  branch: string;
  /** The branch that must never be rewritten. */
  resultsBranch: string;
  author: Author;
  message: string;
  /** Text by path. */
  files: ReadonlyMap<string, string>;
}

/** Replace the reports branch by one parentless commit; nothing is done where the remote has these very files. */
export function publishReports(clone: Clone, publication: ReportsPublication): Promise<Published> {
  return tellingLocalProblems(() => replaceReports(clone, publication));
}

async function replaceReports(clone: Clone, publication: ReportsPublication): Promise<Published> {
  const { branch, resultsBranch } = publication;
  if (branch === resultsBranch) {
    throw new UserError(`reports would overwrite the results branch ${branch}`, "set results.reportsBranch to a branch of its own");
  }
  await removeStaleLocks(clone);
  const remote = await tryGit(clone, ["ls-remote", remoteName, `refs/heads/${branch}`], { timeoutSeconds: networkSeconds });
  if (!remote.ok) return { published: false, ...remoteProblem(remote, await remoteUrl(clone)) };

  const commit = await commitReports(clone, publication);
  const tip = remote.stdout.split("\t")[0] ?? "";
  if (tip !== "" && (await resolve(clone, `${tip}^{tree}`)) === (await resolve(clone, `${commit}^{tree}`))) {
    return { published: true, files: [], differing: [], taken: [], deleted: [] };
  }
  const push = await pushTo(clone, branch, commit, "--force");
  if (!push.ok) return { published: false, ...(await pushProblem(clone, push)) };
  return { published: true, files: [...publication.files.keys()], differing: [], taken: [], deleted: [] };
}

/** One process for all files: `hash-object` would be one each. What is as in the commit before is named, not sent again. */
async function commitReports(clone: Clone, { author, message, files }: ReportsPublication): Promise<string> {
  const ref = "refs/evenkeel/reports";
  const before = await blobsOf(clone, ref);
  const who = `${plain(author.name)} <${plain(author.email)}> now`;
  const stream = [
    `commit ${ref}`,
    `author ${who}`,
    `committer ${who}`,
    data(message),
    ...[...files].map(([path, text]) => {
      const blob = before.get(path);
      const isKnown = blob !== undefined && blob === blobId(text);
      return isKnown ? `M 100644 ${blob} ${quoted(path)}` : `M 100644 inline ${quoted(path)}\n${data(text)}`;
    }),
  ];
  await git(clone, ["fast-import", "--quiet", "--force", "--date-format=now"], { input: `${stream.join("\n")}\n` });
  return (await git(clone, ["rev-parse", ref])).trim();
}

/** The blobs of a commit by path; none where there is no such commit. */
async function blobsOf(clone: Clone, commit: string): Promise<Map<string, string>> {
  const list = await tryGit(clone, ["ls-tree", "-r", "-z", commit]);
  const entries = list.ok ? list.stdout.split("\0").filter(Boolean) : [];
  return new Map(entries.map((entry) => [entry.slice(entry.indexOf("\t") + 1), entry.split(/[ \t]/)[2] ?? ""]));
}

/** The id that git gives a text, in a repository of SHA-1. */
function blobId(text: string): string {
  return createHash("sha1")
    .update(`blob ${Buffer.byteLength(text)}\0`)
    .update(text)
    .digest("hex");
}

/** fast-import takes names as they are: what would end one is left out. */
function plain(name: string): string {
  return name.replace(/[<>\n]/g, "");
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}
