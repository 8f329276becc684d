import * as z from "zod";
import type { Account } from "../system/account.ts";
import { as } from "../system/command.ts";
import { neverAsk, remoteProblem, tryGit, type GitResult } from "../system/git.ts";
import { withoutControls } from "../text/plain-text.ts";

/** A repository that git reaches, and whether this host is to write it. */
export const remoteSchema = z.strictObject({ url: z.string(), isWritten: z.boolean() });
export type Remote = z.infer<typeof remoteSchema>;

/** The answer of a repository to this host. */
export interface RemoteAnswer extends Remote {
  /** Output of `git ls-remote`; undefined where it cannot be read. */
  listed: string | undefined;
  /** Reason that it cannot be read, or written where it is to be; one line. */
  problem: string | undefined;
  /** True if the server refused, so that a retry is useless; otherwise it may be the network. */
  isRefused: boolean;
}

const listSeconds = 30;
const pushSeconds = 40;

/** Words of servers that refuse a key or a repository for good. */
const refusal =
  /permission denied|access denied|authentication failed|could not read username|read[- ]only|denied to|write access|not allowed|not found|does not appear to be a git repository|does not exist|host key verification failed/i;

/** Asks a repository, as an account with its key: what it has, and whether it takes a push. Changes nothing there or here. */
export async function askRemote(account: Account, { url, isWritten }: Remote): Promise<RemoteAnswer> {
  const [list, push] = await Promise.all([
    tryGit({ root: "/", account }, ["ls-remote", "--heads", "--tags", url], { timeoutSeconds: listSeconds }),
    isWritten ? tryPush(account, url) : undefined,
  ]);
  const failed = list.ok ? push : list;
  const problem = failed === undefined || failed.ok ? undefined : remoteProblem(failed, url).reason;
  return {
    url,
    isWritten,
    listed: list.ok ? list.stdout : undefined,
    problem,
    isRefused: problem !== undefined && refusal.test(failed?.stderr ?? ""),
  };
}

/** `git push --dry-run` of an empty commit to a branch of its own: the server says whether it lets the key write, and gets nothing. */
async function tryPush(account: Account, url: string): Promise<GitResult> {
  const identity = ["-c", "user.name=evenkeel", "-c", "user.email=evenkeel@localhost"];
  const pushed = await as(account, neverAsk)({ nothrow: true })`folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
    git init --quiet --bare "$folder"; cd "$folder"
    commit=$(git ${identity} commit-tree -m "write access" "$(git hash-object -t tree -w --stdin </dev/null)")
    timeout --kill-after=5 ${pushSeconds} git -c core.hooksPath=/dev/null push --quiet --dry-run ${url} "$commit:refs/heads/evenkeel-write-access"`;
  return {
    ok: pushed.exitCode === 0,
    stdout: pushed.stdout,
    stderr: withoutControls(pushed.stderr).trim(),
    timedOut: pushed.exitCode === 124 || pushed.exitCode === 137,
  };
}

/** Returns true if a repository has a commit of that full id: that commit alone is fetched, into a folder that is removed. Undefined where it does not tell. */
export async function hasCommit(account: Account, url: string, id: string): Promise<boolean | undefined> {
  const fetched = await as(account, neverAsk)({ nothrow: true })`folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
    git init --quiet --bare "$folder"; cd "$folder"
    timeout --kill-after=5 ${pushSeconds} git -c core.hooksPath=/dev/null fetch --quiet --depth=1 --filter=tree:0 ${url} ${id}`;
  if (fetched.exitCode === 0) return true;
  return /not our ref|couldn't find remote ref|no such remote ref/i.test(fetched.stderr) ? false : undefined;
}
