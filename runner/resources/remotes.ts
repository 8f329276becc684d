import * as z from "zod";
import type { Account } from "../system/account.ts";
import { as } from "../system/command.ts";
import { neverAsk, remoteProblem, tryGit, type GitResult } from "../system/git.ts";
import { withoutControls } from "../text/plain-text.ts";

/** URL of a git repository, and true if this host writes to it. */
export const remoteSchema = z.strictObject({ url: z.string(), isWritten: z.boolean() });
export type Remote = z.infer<typeof remoteSchema>;

/** The answer of a repository to this host. */
export interface RemoteAnswer extends Remote {
  /** Output of `git ls-remote`; undefined if reading failed. */
  listed: string | undefined;
  /** Reason that reading failed, or writing if it is needed. One line. */
  problem: string | undefined;
  /** True if the server refused, so that a retry is useless; false for a failure that may be the network's. */
  isRefused: boolean;
}

const listSeconds = 30;
const pushSeconds = 40;

/** Messages of servers that permanently refuse a key or a repository. */
const refusal =
  /permission denied|access denied|authentication failed|could not read username|read[- ]only|denied to|write access|not allowed|not found|does not appear to be a git repository|does not exist|host key verification failed/i;

/** Lists a repository with an account's key, and tries a push if this host writes it. Changes nothing on either side. */
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

/** Runs `git push --dry-run` with an empty commit on a separate branch: the server checks the write access and receives nothing. */
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

/** Returns true if a repository has the commit with this full id; undefined if unknown. Fetches only that commit, into a temporary folder. */
export async function hasCommit(account: Account, url: string, id: string): Promise<boolean | undefined> {
  const fetched = await as(account, neverAsk)({ nothrow: true })`folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
    git init --quiet --bare "$folder"; cd "$folder"
    timeout --kill-after=5 ${pushSeconds} git -c core.hooksPath=/dev/null fetch --quiet --depth=1 --filter=tree:0 ${url} ${id}`;
  if (fetched.exitCode === 0) return true;
  return /not our ref|couldn't find remote ref|no such remote ref/i.test(fetched.stderr) ? false : undefined;
}
