import { commandLine } from "../../config/command-line.ts";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../config/user-error.ts";
import type { Account } from "./account.ts";
import { isAtWork } from "./at-work.ts";
import { as, runAs } from "./command.ts";
import { reasonIn } from "./git-answer.ts";
import { inOneLine, withoutControls } from "../text/plain-text.ts";
import { endOrphans } from "./strays.ts";

/** A repository on this host and the account that owns it: git runs as that account, never as root in another's tree. */
export interface Clone {
  root: string;
  account: Account;
}

export interface GitOptions {
  /** For commands that talk to a remote: killed, with what they started, after this. */
  timeoutSeconds?: number;
  input?: string | Buffer;
  environment?: Record<string, string>;
}

/** What git said; a failure is for the caller to judge. */
export interface GitResult {
  ok: boolean;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

/** Environment in which git asks nobody for a password, and gives up on a server that does not answer. */
export const neverAsk = {
  GIT_TERMINAL_PROMPT: "0",
  GIT_SSH_COMMAND: "ssh -o BatchMode=yes -o UpdateHostKeys=no -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4",
};

/** No hooks, no housekeeping while measuring, and what is written is on the disk before a ref names it. */
const settings = ["core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false", "core.fsync=all", "log.showSignature=false"];

/** Exit code of timeout(1) when the limit was reached. */
const timeLimitReached = 124;
const killed = 137;

/** Run git in a clone; never throws for what git does. */
export async function tryGit(clone: Clone, args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  const command = ["git", ...settings.flatMap((setting) => ["-c", setting]), "-C", clone.root, ...args] as const;
  const { timeoutSeconds, input } = options;
  const limit = ["timeout", "--kill-after=5", String(timeoutSeconds)] as const;
  const output = await runAs(clone.account, timeoutSeconds === undefined ? command : [...limit, ...command], {
    environment: { ...neverAsk, ...options.environment },
    ...(input !== undefined && { input }),
  });
  return {
    ok: output.exitCode === 0,
    stdout: output.stdout,
    stderr: withoutControls(output.stderr).trim(),
    timedOut: timeoutSeconds !== undefined && (output.exitCode === timeLimitReached || output.exitCode === killed),
  };
}

/** Git failed on this host: a full disk, a broken clone. */
export class GitFailure extends UserError {}

/** Run git in a clone. @throws GitFailure with git's own words. */
export async function git(clone: Clone, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const result = await tryGit(clone, args, options);
  if (!result.ok) throw new GitFailure(`git ${args[0]} failed in ${clone.root}: ${firstWords(result)}`, localHint(result.stderr));
  return result.stdout;
}

/** Why a remote could not be used, in one line, and what to do about it. */
export function remoteProblem(result: GitResult, remote: string): { reason: string; hint: string } {
  if (result.timedOut) return { reason: `${remote} did not answer in time`, hint: "look at the network; the next run tries again" };
  return { reason: `${remote}: ${firstWords(result)}`, hint: remoteHint(result.stderr) };
}

/** Returns the error of a declared branch that the remote does not have (any more). @param setting its name in the configuration */
export async function missingBranch(clone: Clone, branch: string, setting?: string): Promise<UserError> {
  const url = (await git(clone, ["remote", "get-url", "origin"])).trim();
  const listed = await tryGit(clone, ["for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes/origin"]);
  const others = listed.stdout.split("\n").filter((name) => name !== "" && name !== "HEAD");
  const named = others.slice(0, mostBranches).map(inOneLine).join(", ");
  const more = others.length > mostBranches ? ` and ${others.length - mostBranches} more` : "";
  const write = `set ${setting ?? "it"} to one of its branches: ${named}${more}`;
  return new UserError(
    `${url} has no branch ${branch}`,
    `${others.length === 0 ? "push that branch" : write}; then run \`${commandLine("up")}\``,
  );
}

/** Branches that an error names. */
const mostBranches = 10;

function firstWords(result: GitResult): string {
  return result.timedOut ? "it took too long" : reasonIn(result);
}

function localHint(stderr: string): string {
  if (/no space left|quota/i.test(stderr)) return "free some space on that file system; the next run tries again";
  if (/File exists|Unable to create .*\.lock/i.test(stderr)) {
    return "a git process may be at work in that clone; the next run removes locks left behind";
  }
  return `look at that clone with \`git fsck\`; where it is broken, move it away and run \`${commandLine("up")}\`: it clones again`;
}

function remoteHint(stderr: string): string {
  if (/no space left|quota exceeded|\.lock'/i.test(stderr)) return localHint(stderr);
  if (/host key verification failed|host identification has changed/i.test(stderr)) {
    return `the server's key is not the one in git.knownHosts: compare it, correct the configuration, run \`${commandLine("up")}\``;
  }
  if (
    /permission denied|authentication failed|could not read username|deploy key|write access|not allowed|protected branch/i.test(stderr)
  ) {
    return `give this host's deploy key access with writing: \`${commandLine("up")}\` prints its public half`;
  }
  if (/protocol error: bad line length/i.test(stderr))
    return "the login on that server prints text where git expects its answer: stop it there";
  if (/repository .*not found|does not appear to be a git repository|does not exist/i.test(stderr)) {
    return "look at the repository's URL in the configuration, and at the deploy key's access";
  }
  return "look at the network; the next run tries again";
}

/** Returns the folder of a clone's repository. It is asked for only where it is not at its usual place: each run needs it many times. */
async function gitFolderOf(clone: Clone): Promise<string> {
  const usual = join(clone.root, ".git");
  const found = await lstat(usual).catch(() => undefined);
  return found?.isDirectory() ? usual : (await git(clone, ["rev-parse", "--absolute-git-dir"])).trim();
}

/**
 * End what a killed runner left at work, and remove what a killed git left in a clone: locks, halves of objects. Only for who
 * holds the host's lock: nobody else of ours works in the clones. Where somebody's git is at work there by hand, what is younger than a
 * minute is spared.
 */
export async function removeStaleLocks(clone: Clone): Promise<void> {
  await endOrphans(clone.account);
  const gitFolder = await gitFolderOf(clone);
  const grace = isAtWork("git", clone.root) ? ["-mmin", "+1"] : [];
  const stale = ["(", "-name", "*.lock", "-o", "-name", "packed-refs.new", "-o", "-path", "*/objects/*/tmp_*", ")"];
  await as(clone.account)({ nothrow: true })`find ${gitFolder} -type f ${stale} ${grace} -delete`;
}
