import { join } from "node:path";
import { tryGit, type Clone } from "../git.ts";
import type { Account } from "../host/account.ts";
import { InfrastructureError } from "../infrastructure-error.ts";
import type { Failure } from "../model.ts";
import { makeTree } from "../trees.ts";

/** What git says when a submodule's commit does not exist any more: trying again cannot help. */
const lostSubmodule = /not our ref|did not contain|Unable to find current revision|No url found for submodule|No submodule mapping/i;
const timeoutSeconds = 1800;

/**
 * A revision's files in a new folder, with a `.git` of its own that borrows the mirror's objects. Submodules borrow the mirror's too.
 * @returns a failure where the revision itself cannot be checked out (a submodule's commit is gone).
 * @throws InfrastructureError where the mirror, the disk or the network is at fault.
 */
export async function checkOut(account: Account, mirror: string, revision: string, folder: string): Promise<Failure | undefined> {
  await makeTree(account, folder);
  const clone: Clone = { root: folder, account };
  const must = async (args: readonly string[]): Promise<void> => {
    const result = await tryGit(clone, args, { timeoutSeconds });
    if (!result.ok) throw new InfrastructureError(`cannot check out ${revision.slice(0, 12)} from ${mirror}`, result.stderr);
  };
  await must(["clone", "--quiet", "--shared", "--no-checkout", mirror, "."]);
  await must(["checkout", "--quiet", "--detach", revision]);
  const origin = await tryGit({ root: mirror, account }, ["config", "--get", "remote.origin.url"]);
  // Relative addresses of submodules count from where the mirror came from.
  if (origin.ok) await must(["remote", "set-url", "origin", origin.stdout.trim()]);
  return addSubmodules(clone, mirror, revision);
}

async function addSubmodules(clone: Clone, mirror: string, revision: string): Promise<Failure | undefined> {
  const listed = await tryGit(clone, ["config", "--null", "--blob", "HEAD:.gitmodules", "--get-regexp", "^submodule\\..*\\.path$"]);
  for (const entry of listed.stdout.split("\0").filter(Boolean)) {
    const [key = "", path = ""] = entry.split("\n");
    const borrowed = join(mirror, ".git", "modules", key.slice("submodule.".length, -".path".length));
    const isThere = (await tryGit({ root: mirror, account: clone.account }, ["--git-dir", borrowed, "rev-parse", "--git-dir"])).ok;
    const reference = isThere ? ["--reference", borrowed] : [];
    const updated = await tryGit(clone, ["submodule", "--quiet", "update", "--init", "--recursive", ...reference, "--", path], {
      timeoutSeconds,
    });
    if (updated.ok) continue;
    if (lostSubmodule.test(updated.stderr)) {
      return {
        stage: "checkout",
        message: `the commit of submodule ${path} cannot be found`,
        output: updated.stderr.split("\n").slice(-40).join("\n"),
      };
    }
    throw new InfrastructureError(`cannot check out submodule ${path} of ${revision.slice(0, 12)}`, updated.stderr);
  }
  return undefined;
}
