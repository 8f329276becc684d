import { commandLine } from "../../config/command-line.ts";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import { accountOf, findAccount, type Account } from "../system/account.ts";
import { writeAtomically } from "../system/atomic.ts";
import { as, runAs } from "../system/command.ts";
import { reasonIn } from "../system/git-answer.ts";
import { endOrphans } from "../system/strays.ts";
import { missingBranch, type Clone as GitClone } from "../system/git.ts";
import { fetchTarget, resolveSince } from "../queue/revisions.ts";
import { foldersWrittenOnce } from "../store/sessions.ts";
import { completeHistory, gapsOf, historyDifferences } from "./clone-history.ts";
import type { Difference } from "./difference.ts";
import type { ResourceType } from "./resource-type.ts";
import { makeReadable, unreadableDifferences } from "./readable.ts";

const clone = z.strictObject({
  path: z.string(),
  url: z.string(),
  branch: z.string(),
  /** First revision to measure. The clone must contain it. */
  since: z.string().optional(),
  /** True if this host writes the branch. The branch may be new, and files that it lacks stay in the clone until they are published. */
  isWritten: z.boolean(),
});
type Clone = z.infer<typeof clone>;
export const clonesSpec = z.strictObject({ account: z.string(), clones: z.array(clone) });
type Spec = z.infer<typeof clonesSpec>;

/** Turns off git's automatic maintenance, which would run during a measurement. */
const settings = { "gc.auto": "0", "maintenance.auto": "false" };

/** Git settings that `check` compares with the declaration. */
const asDeclared = String.raw`^(remote\.origin\.url|gc\.auto|maintenance\.auto)$`;

/** Clones of target, suite and results, owned by the account: root never runs git in them. Builds fetch submodules themselves. */
export const clones: ResourceType<Spec> = {
  spec: clonesSpec,
  async check(wanted) {
    const account = await findAccount(wanted.account);
    if (!account) return wanted.clones.map(({ path, url }) => ({ what: path, is: "missing", shouldBe: `clone of ${url}` }));
    return (await Promise.all(wanted.clones.map((one) => checkClone(account, one)))).flat();
  },
  async apply(wanted, { log }) {
    const account = await accountOf(wanted.account);
    // A git process of a killed `up` would run in parallel with the next one.
    await endOrphans(account);
    for (const one of wanted.clones) await applyClone(account, one, log);
  },
};

async function checkClone(account: Account, { path, url, branch, isWritten }: Clone): Promise<Difference[]> {
  const git = as(account)({ cwd: "/", nothrow: true });
  const asked =
    await git`cd ${path} && git rev-parse --show-toplevel && { git symbolic-ref --short HEAD || echo; } && git config --get-regexp ${asDeclared}`;
  const [toplevel, head, ...set] = asked.stdout.trimEnd().split("\n");
  const settingOf = (key: string) => set.findLast((line) => line.startsWith(`${key} `))?.slice(key.length + 1);
  const [origin, gc, maintenance] = [settingOf("remote.origin.url"), settingOf("gc.auto"), settingOf("maintenance.auto")];
  if (toplevel !== path) return [{ what: path, is: "not a git clone", shouldBe: `clone of ${url}` }];
  const differences: Difference[] = [];
  if (origin !== url) differences.push({ what: `${path} origin`, is: origin ?? "none", shouldBe: url });
  if (head !== branch) differences.push({ what: `${path} branch`, is: head || "none", shouldBe: branch });
  if (gc !== "0" || maintenance !== "false")
    differences.push({
      what: `${path} gc.auto, maintenance.auto`,
      is: `${gc ?? "not set"}, ${maintenance ?? "not set"}`,
      shouldBe: "0, false",
    });
  differences.push(...historyDifferences(path, await gapsOf(account, path)));
  if (!isWritten) differences.push(...(await unreadableDifferences(as(account), [join(path, ".git")])));
  const edited = await editedFiles(account, path);
  if (edited.length > 0) {
    differences.push({
      what: `${path} edited files`,
      is: edited.join(", "),
      shouldBe: "none",
      hint: `commit the change upstream if you want it; \`up\` saves it as a patch in ${paths.state} and restores the files`,
    });
  }
  return differences;
}

/** Returns the edited files of a clone; none before its first commit. */
async function editedFiles(account: Account, path: string): Promise<string[]> {
  const asked = ["--no-optional-locks", "status", "--porcelain", "--branch", "--no-ahead-behind", "--untracked-files=no"];
  const [branch = "", ...edited] = (await runAs(account, ["git", "-C", path, ...asked])).stdout.split("\n");
  if (branch.startsWith("## No commits yet")) return [];
  return edited.filter(Boolean).map((line) => line.slice(3));
}

async function applyClone(account: Account, wanted: Clone, log: (line: string) => void): Promise<void> {
  const { path, url, branch, isWritten } = wanted;
  const git = as(account);
  if (!(await lstat(join(path, ".git")).catch(() => undefined))) {
    log(`cloning ${url}`);
    const cloned = await git({ nothrow: true })`cd ${path} && git clone --quiet --no-checkout ${url} .`;
    refuseFailure(cloned, `git clone ${url}`);
    await checkOut(account, wanted, log);
  }
  for (const [key, value] of Object.entries(settings)) await git`cd ${path} && git config ${key} ${value}`;
  // Builds read the clone as another account.
  if (!isWritten) await makeReadable(git, [join(path, ".git")]);
  const present = (
    await git({ nothrow: true })`cd ${path} && git config --get remote.origin.url && git symbolic-ref --short HEAD`
  ).stdout.trim();
  const [origin, head] = present.split("\n");
  const isAsDeclared = origin === url && head === branch;
  if (!isAsDeclared) await fetch(account, wanted, log);
  await completeHistory(account, { path, url }, log);
  await restoreEdited(account, path, log);
  if (!isAsDeclared) await checkOut(account, wanted, log);
  if (wanted.since !== undefined) await needRevision({ root: path, account }, wanted.since);
}

/** Fetches again if the clone lacks a revision, since its tag may be new. @throws UserError if the remote lacks it too. */
async function needRevision(clone: GitClone, since: string): Promise<void> {
  const isHere = await resolveSince(clone, since).then(
    () => true,
    () => false,
  );
  if (isHere) return;
  const fetched = await fetchTarget(clone);
  if (!fetched.ok) throw new UserError(fetched.reason, fetched.hint);
  await resolveSince(clone, since);
}

const allBranches = "+refs/heads/*:refs/remotes/origin/*";

/** Fetches the branches of the declared remote, then makes it the clone's origin. @throws UserError if the fetch fails. */
async function fetch(account: Account, { path, url }: Clone, log: (line: string) => void): Promise<void> {
  const git = as(account);
  log(`fetching ${url}`);
  const fetched = await git({ nothrow: true })`cd ${path} && git fetch --quiet --prune --no-tags ${url} ${allBranches}`;
  refuseFailure(fetched, `git fetch ${url}`);
  await git`cd ${path} && git config remote.origin.url ${url} && git config remote.origin.fetch ${allBranches}`;
}

function refuseFailure({ exitCode, stderr }: { exitCode: number | null; stderr: string }, what: string): void {
  if (exitCode === 0) return;
  throw new UserError(
    `${what} failed: ${reasonIn({ stderr })}`,
    `check the URL and that this host may read it, then run \`${commandLine("up")}\` again`,
  );
}

/** Checks out the declared branch. A branch that this host writes may be new: the first publish creates it. */
async function checkOut(account: Account, wanted: Clone, log: (line: string) => void): Promise<void> {
  const { path, url, branch, isWritten } = wanted;
  const git = as(account);
  const [local, remote] = [`refs/heads/${branch}`, `refs/remotes/origin/${branch}`];
  const known = await git({ nothrow: true })`cd ${path} && git rev-parse -q --verify ${remote}`;
  if (known.exitCode === 0) {
    if (isWritten) await keepWritten(account, wanted, log);
    else {
      await git`cd ${path} && git checkout --quiet --force --detach ${remote}`;
      await forgetBranches(account, path);
      await git`cd ${path} && git checkout --quiet --force -B ${branch} ${remote}`;
    }
    return;
  }
  if (!isWritten) throw await missingBranch({ root: path, account }, branch);
  log(`${url} has no branch ${branch} yet: the first publish creates it`);
  await forgetBranches(account, path);
  await git`cd ${path} && git symbolic-ref HEAD ${local} && git read-tree --empty`;
}

/** Deletes the clone's local branches: one of an earlier remote may have the name of the new one, or be a folder in its path. */
async function forgetBranches(account: Account, path: string): Promise<void> {
  await as(account)`cd ${path} && git for-each-ref --format='delete %(refname)' refs/heads | git update-ref --stdin`;
}

/** Moves branch and index to the remote's. Writes missing files; files that the branch lacks stay in the clone until they are published. */
async function keepWritten(account: Account, { path, branch }: Clone, log: (line: string) => void): Promise<void> {
  const git = as(account);
  const [local, remote] = [`refs/heads/${branch}`, `refs/remotes/origin/${branch}`];
  await forgetBranches(account, path);
  await git`cd ${path} && git update-ref ${local} ${remote} && git symbolic-ref HEAD ${local} && git read-tree --reset ${remote}`;
  // Both exit with 1 if there is nothing to write.
  await git({ nothrow: true })`cd ${path} && git checkout-index --quiet --all -u`;
  const notResults = foldersWrittenOnce.map((folder) => `:(exclude)${folder}`);
  await git({ nothrow: true })`cd ${path} && git checkout --quiet --force HEAD -- . ${notResults}`;
  await restoreEdited(account, path, log);
}

async function restoreEdited(account: Account, path: string, log: (line: string) => void): Promise<void> {
  const edited = await editedFiles(account, path);
  if (edited.length === 0) return;
  const git = as(account);
  const patch = (await git`cd ${path} && git diff --binary HEAD`).stdout;
  const patchFile = join(paths.state, `edited-${path.split("/").pop()}-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "")}.patch`);
  await writeAtomically(patchFile, patch, { mode: 0o600 });
  log(`${path}: restored ${edited.join(", ")}; the edits are saved in ${patchFile}`);
  await git`cd ${path} && git reset --quiet --hard HEAD`;
}
