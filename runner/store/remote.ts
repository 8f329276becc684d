import { reasonIn } from "../system/git-answer.ts";
import { git, GitFailure, remoteProblem, tryGit, type Clone, type GitResult } from "../system/git.ts";

/** Who commits. */
export interface Author {
  name: string;
  email: string;
}

/**
 * `files` that are new on the remote now. `differing`: stored here with other content than there; neither was changed. `taken`: pushed by
 * others, new here, but for the states of hosts. `deleted`: on the remote, and here since.
 */
export type Published = { published: true; files: string[]; differing: string[]; taken: string[]; deleted: string[] } | NotPublished;

/** `isRefused`: it is this host that refuses the branch as others left it. */
type NotPublished = { published: false; reason: string; hint: string; isRefused?: true };

export type Unreachable = { reason: string; hint: string };

export const remoteName = "origin";
export const networkSeconds = 120;

export async function pushTo(clone: Clone, branch: string, commit: string, ...options: string[]): Promise<GitResult> {
  return tryGit(clone, ["push", "--porcelain", ...options, remoteName, `${commit}:refs/heads/${branch}`], {
    timeoutSeconds: networkSeconds,
  });
}

/** Refused because the branch moved meanwhile, or is being moved right now. */
export function anotherWasQuicker({ stdout, stderr }: GitResult): boolean {
  const refusals = stdout.split("\n").filter((line) => line.startsWith("!"));
  return refusals.some(
    (line) =>
      line.includes("[rejected]") ||
      /cannot lock ref|\.lock'|failed to update ref|incorrect old value|reference already exists/.test(line + stderr),
  );
}

/** What the remote said where it refused the branch, else why it was not reached. */
export async function pushProblem(clone: Clone, push: GitResult): Promise<Unreachable> {
  const url = await remoteUrl(clone);
  const isRefused = push.stdout.split("\n").some((line) => line.startsWith("!"));
  if (!isRefused) return remoteProblem(push, url);
  return { reason: `${url} refused the push: ${reasonIn(push)}`, hint: hintOfRefusal(push) };
}

function hintOfRefusal(push: GitResult): string {
  if (anotherWasQuicker(push)) return "other hosts push all the time; the next run tries again";
  if (/no space left|quota/i.test(push.stderr)) return "free some space on the remote's server; the next run tries again";
  return "look at the remote's rules for that branch, and at what the deploy key may do";
}

/** A full disk or a broken clone is told like a remote that is away: what is measured stays, and the run goes on. */
export async function tellingLocalProblems(work: () => Promise<Published>): Promise<Published> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    return { published: false, reason: error.message, hint: error.hint };
  }
}

export async function resolve(clone: Clone, revision: string): Promise<string | undefined> {
  const result = await tryGit(clone, ["rev-parse", "--verify", "--quiet", revision]);
  return result.ok ? result.stdout.trim() : undefined;
}

export async function remoteUrl(clone: Clone): Promise<string> {
  return (await git(clone, ["remote", "get-url", remoteName])).trim();
}
