import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import { accountOf, findAccount, type Account } from "../../runner/host/account.ts";
import { writeAtomically } from "../../runner/host/atomic.ts";
import { as } from "../../runner/host/command.ts";
import { endOrphans } from "../../runner/host/strays.ts";
import { completeHistory, gapsOf, historyFindings } from "./clone-history.ts";
import type { Finding } from "./finding.ts";
import type { Kind } from "./kind.ts";

const clone = z.strictObject({ path: z.string(), url: z.string(), branch: z.string() });
type Clone = z.infer<typeof clone>;
const spec = z.strictObject({ account: z.string(), clones: z.array(clone) });
type Spec = z.infer<typeof spec>;

/** Git must not tidy up by itself: it would do so while something is measured. */
const settings = { "gc.auto": "0", "maintenance.auto": "false" };

/** Clones of target, suite and results, owned by the account: root never runs git in them. Submodules are none of theirs: builds fetch them. */
export const clones: Kind<Spec> = {
  spec,
  async check(wanted) {
    const account = await findAccount(wanted.account);
    if (!account) return wanted.clones.map(({ path, url }) => ({ what: path, is: "missing", shouldBe: `clone of ${url}` }));
    return (await Promise.all(wanted.clones.map((one) => checkClone(account, one)))).flat();
  },
  async apply(wanted, { say }) {
    const account = await accountOf(wanted.account);
    // A git whose `up` was killed would go on beside the next.
    await endOrphans(account);
    for (const one of wanted.clones) await applyClone(account, one, say);
  },
};

async function checkClone(account: Account, { path, url, branch }: Clone): Promise<Finding[]> {
  const git = as(account)({ cwd: "/", nothrow: true });
  const asked =
    await git`cd ${path} && git rev-parse --show-toplevel && git config --get remote.origin.url && git symbolic-ref --short HEAD && git config --get gc.auto && git config --get maintenance.auto`;
  const [toplevel, origin, head, gc, maintenance] = asked.stdout.trim().split("\n");
  if (toplevel !== path) return [{ what: path, is: "no clone", shouldBe: `clone of ${url}` }];
  const findings: Finding[] = [];
  if (origin !== url) findings.push({ what: `${path} origin`, is: origin ?? "none", shouldBe: url });
  if (head !== branch) findings.push({ what: `${path} branch`, is: head ?? "none", shouldBe: branch });
  if (gc !== "0" || maintenance !== "false")
    findings.push({
      what: `${path} gc.auto, maintenance.auto`,
      is: `${gc ?? "not set"}, ${maintenance ?? "not set"}`,
      shouldBe: "0, false",
    });
  findings.push(...historyFindings(path, await gapsOf(account, path)));
  const edited = await editedFiles(account, path);
  if (edited.length > 0) {
    findings.push({
      what: `${path} edited files`,
      is: edited.join(", "),
      shouldBe: "none",
      hint: `commit the change upstream if it is wanted; \`up\` keeps it as a patch in ${paths.state} and restores the files`,
    });
  }
  return findings;
}

async function editedFiles(account: Account, path: string): Promise<string[]> {
  const status = await as(account)({
    nothrow: true,
  })`cd ${path} && git rev-parse -q --verify HEAD >/dev/null && git --no-optional-locks status --porcelain --untracked-files=no`;
  return status.stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => line.slice(3));
}

async function applyClone(account: Account, { path, url, branch }: Clone, say: (line: string) => void): Promise<void> {
  const git = as(account);
  if (!(await lstat(join(path, ".git")).catch(() => undefined))) {
    say(`cloning ${url}`);
    const cloned = await git({ nothrow: true })`cd ${path} && git clone --quiet --no-checkout ${url} .`;
    if (cloned.exitCode !== 0) {
      throw new UserError(
        `git clone ${url} failed:\n${cloned.stderr.trim().split("\n").slice(-5).join("\n")}`,
        "check the URL and that this host may read it, then run `pulumi up` again",
      );
    }
    await checkOut(account, { path, url, branch });
  }
  for (const [key, value] of Object.entries(settings)) await git`cd ${path} && git config ${key} ${value}`;
  const present = (
    await git({ nothrow: true })`cd ${path} && git config --get remote.origin.url && git symbolic-ref --short HEAD`
  ).stdout.trim();
  const [origin, head] = present.split("\n");
  if (origin !== url) await git`cd ${path} && git remote set-url origin ${url} && git fetch --quiet --prune origin`;
  await completeHistory(account, { path, url }, say);
  await restoreEdited(account, path, say);
  if (origin !== url || head !== branch) await checkOut(account, { path, url, branch });
}

/** A branch that does not exist yet (an empty results repository) is fine: the first publish makes it. */
async function checkOut(account: Account, { path, url, branch }: Clone): Promise<void> {
  const git = as(account);
  const known = await git({ nothrow: true })`cd ${path} && git rev-parse -q --verify ${`refs/remotes/origin/${branch}`}`;
  if (known.exitCode === 0) {
    await git`cd ${path} && git checkout --quiet -B ${branch} ${`refs/remotes/origin/${branch}`}`;
    return;
  }
  const others = (await git`cd ${path} && git for-each-ref --format='%(refname:lstrip=3)' refs/remotes/origin`).stdout.trim();
  if (others !== "")
    throw new UserError(
      `${url} has no branch ${branch}`,
      `write one of its branches: ${others
        .split("\n")
        .filter((name) => name !== "HEAD")
        .join(", ")}`,
    );
  await git`cd ${path} && git symbolic-ref HEAD ${`refs/heads/${branch}`}`;
}

async function restoreEdited(account: Account, path: string, say: (line: string) => void): Promise<void> {
  const edited = await editedFiles(account, path);
  if (edited.length === 0) return;
  const git = as(account);
  const patch = (await git`cd ${path} && git diff --binary HEAD`).stdout;
  const kept = join(paths.state, `edited-${path.split("/").pop()}-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "")}.patch`);
  await writeAtomically(kept, patch, { mode: 0o600 });
  say(`${path}: ${edited.join(", ")} restored; the edit is kept in ${kept}`);
  await git`cd ${path} && git reset --quiet --hard HEAD`;
}
