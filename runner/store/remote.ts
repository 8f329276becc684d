import { reasonIn } from "../system/git-answer.ts";
import { git, GitFailure, remoteProblem, tryGit, type Clone, type GitResult } from "../system/git.ts";

/** Author of commits. */
export interface Author {
  name: string;
  email: string;
}

/**
 * Result of a publish. `files` are new on the remote. `differing` files have other content here than there; neither side was changed. `taken`
 * files were pushed by others and are new here, without states of hosts. `deleted` files were deleted on the remote, and now here too.
 */
export type Published = { published: true; files: string[]; differing: string[]; taken: string[]; deleted: string[] } | NotPublished;

/** Failed publish. `isRefused` is set if this host refuses the content of the branch. */
type NotPublished = { published: false; reason: string; hint: string; isRefused?: true };

export type Unreachable = { reason: string; hint: string };

export const remoteName = "origin";
export const networkSeconds = 120;

export async function pushTo(clone: Clone, branch: string, commit: string, ...options: string[]): Promise<GitResult> {
  return tryGit(clone, ["push", "--porcelain", ...options, remoteName, `${commit}:refs/heads/${branch}`], {
    timeoutSeconds: networkSeconds,
  });
}

/** Returns true if a push was refused because the branch moved meanwhile, or is just moving. */
export function isPushRace({ stdout, stderr }: GitResult): boolean {
  const refusals = stdout.split("\n").filter((line) => line.startsWith("!"));
  return refusals.some(
    (line) =>
      line.includes("[rejected]") ||
      /cannot lock ref|\.lock'|failed to update ref|incorrect old value|reference already exists/.test(line + stderr),
  );
}

/** Returns the reason of a failed push: the remote's refusal, or otherwise the connection problem. */
export async function pushProblem(clone: Clone, push: GitResult): Promise<Unreachable> {
  const url = await remoteUrl(clone);
  const isRefused = push.stdout.split("\n").some((line) => line.startsWith("!"));
  if (!isRefused) return remoteProblem(push, url);
  return { reason: `${url} refused the push: ${reasonIn(push)}`, hint: hintOfRefusal(push) };
}

function hintOfRefusal(push: GitResult): string {
  if (isPushRace(push)) return "other hosts pushed first each time; the next run will retry";
  if (/no space left|quota/i.test(push.stderr)) return "free some space on the remote's server; the next run will retry";
  return "check the remote's rules for that branch, and what the deploy key may do";
}

/** Runs a publish and returns a failure of the local clone, such as a full disk, like an unreachable remote: results stay and the run continues. */
export async function returningLocalProblems(work: () => Promise<Published>): Promise<Published> {
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
