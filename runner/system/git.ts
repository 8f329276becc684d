import { commandLine } from "../../config/command-line.ts";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../config/user-error.ts";
import type { Account } from "./account.ts";
import { isAtWork } from "./at-work.ts";
import { runAs } from "./command.ts";
import { reasonIn } from "./git-answer.ts";
import { inOneLine, withoutControls } from "../text/plain-text.ts";
import { endOrphans } from "./strays.ts";

/** A repository on this host and the account that owns it. Git runs as that account, never as root in its tree. */
export interface Clone {
  root: string;
  account: Account;
}

export interface GitOptions {
  /** Time limit for commands that contact a remote. They are killed with their child processes. */
  timeoutSeconds?: number;
  input?: string | Buffer;
  environment?: Record<string, string>;
}

/** Result of a git command. The caller decides what a failure means. */
export interface GitResult {
  ok: boolean;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

/** Environment in which git never prompts for a password, and gives up on a server that does not answer. */
export const neverAsk = {
  GIT_TERMINAL_PROMPT: "0",
  GIT_SSH_COMMAND: "ssh -o BatchMode=yes -o UpdateHostKeys=no -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4",
};

/** Git settings: no hooks, no maintenance during a measurement, and objects are on the disk before a ref names them. */
const settings = ["core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false", "core.fsync=all", "log.showSignature=false"];

/** Exit codes after a time limit: of timeout(1), and of a killed process. */
const timeLimitReached = 124;
const killed = 137;

/** Runs git in a clone. Never throws for a failure of git. */
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

/** Failure of git on this host, such as a full disk or a damaged clone. */
export class GitFailure extends UserError {}

/** Runs git in a clone and returns its output. @throws GitFailure with git's reason. */
export async function git(clone: Clone, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const result = await tryGit(clone, args, options);
  if (!result.ok) throw new GitFailure(`git ${args[0]} failed in ${clone.root}: ${firstWords(result)}`, localHint(result.stderr));
  return result.stdout;
}

/** Returns the reason that a remote failed, in one line, and a hint. */
export function remoteProblem(result: GitResult, remote: string): { reason: string; hint: string } {
  if (result.timedOut) return { reason: `${remote} did not answer in time`, hint: "check the network; the next run will retry" };
  return { reason: `${remote}: ${firstWords(result)}`, hint: remoteHint(result.stderr) };
}

/** Returns the error for a declared branch that the remote lacks. @param setting path of the setting in the configuration. */
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

/** Most branches that an error lists. */
const mostBranches = 10;

function firstWords(result: GitResult): string {
  return result.timedOut ? "it took too long" : reasonIn(result);
}

function localHint(stderr: string): string {
  if (/no space left|quota/i.test(stderr)) return "free some space on that file system; the next run will retry";
  if (/File exists|Unable to create .*\.lock/i.test(stderr)) {
    return "a git process may be running in that clone; the next run removes stale locks";
  }
  return `check that clone with \`git fsck\`; if it is damaged, move it away and run \`${commandLine("up")}\`: it clones again`;
}

function remoteHint(stderr: string): string {
  if (/no space left|quota exceeded|\.lock'/i.test(stderr)) return localHint(stderr);
  if (/host key verification failed|host identification has changed/i.test(stderr)) {
    return `the server's host key differs from git.knownHosts: check it, correct the configuration, then run \`${commandLine("up")}\``;
  }
  if (
    /permission denied|authentication failed|could not read username|deploy key|write access|not allowed|protected branch/i.test(stderr)
  ) {
    return `give this host's deploy key write access: \`${commandLine("up")}\` prints the public key`;
  }
  if (/protocol error: bad line length/i.test(stderr))
    return "the login shell of that server prints text, which breaks git's protocol: remove that output";
  if (/repository .*not found|does not appear to be a git repository|does not exist/i.test(stderr)) {
    return "check the repository's URL in the configuration, and the access of the deploy key";
  }
  return "check the network; the next run will retry";
}

/** Returns the git folder of a clone. Runs git only if it is not at the usual place, since each run needs it many times. */
async function gitFolderOf(clone: Clone): Promise<string> {
  const usual = join(clone.root, ".git");
  const found = await lstat(usual).catch(() => undefined);
  return found?.isDirectory() ? usual : (await git(clone, ["rev-parse", "--absolute-git-dir"])).trim();
}

/**
 * Ends processes that a killed runner left, and removes files that a killed git left in a clone: locks and partial objects. Requires
 * the host's lock, so that no other process of ours works in the clones. While a git that was started by hand runs there, files younger than
 * a minute stay.
 */
export async function removeStaleLocks(clone: Clone): Promise<void> {
  await endOrphans(clone.account);
  const gitFolder = await gitFolderOf(clone);
  const grace = isAtWork("git", clone.root) ? ["-mmin", "+1"] : [];
  const stale = ["(", "-name", "*.lock", "-o", "-name", "packed-refs.new", "-o", "-path", "*/objects/*/tmp_*", ")"];
  await runAs(clone.account, ["find", gitFolder, "-type", "f", ...stale, ...grace, "-delete"]);
}
