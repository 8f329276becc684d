import { UserError } from "../../config/user-error.ts";
import type { HostConfig } from "../../config/schema.ts";
import { git, type Clone } from "../system/git.ts";
import { fetchTarget } from "../queue/revisions.ts";
import { isPushRace, pushProblem, pushTo } from "../store/remote.ts";

interface Pushing {
  config: { git: Pick<HostConfig["git"], "name" | "email">; target: Pick<HostConfig["target"], "branch" | "allowEmptyCommits"> };
  target: Clone;
}

/**
 * Pushes an empty commit, with the tree of its parent, to the measured branch. Returns its id.
 * @throws UserError if the configuration does not allow it, or the remote refuses.
 */
export async function pushEmptyCommit({ config, target }: Pushing): Promise<string> {
  const { branch, allowEmptyCommits: isAllowed } = config.target;
  if (!isAllowed)
    throw new UserError(
      "the configuration does not allow pushing to the target",
      "set target.allowEmptyCommits: true and give the deploy key write access, or push one yourself: git commit --allow-empty",
    );
  const fetched = await fetchTarget(target);
  if (!fetched.ok) throw new UserError(fetched.reason, fetched.hint);
  const tip = (await git(target, ["rev-parse", `refs/remotes/origin/${branch}`])).trim();
  const author = ["-c", `user.name=${config.git.name}`, "-c", `user.email=${config.git.email}`];
  const message = "Empty commit: shows if an upgrade of the benchmark server changed its results";
  const id = (await git(target, [...author, "commit-tree", `${tip}^{tree}`, "-p", tip, "-m", message])).trim();
  const pushed = await pushTo(target, branch, id);
  if (pushed.ok) return id;
  const { reason, hint } = await pushProblem(target, pushed);
  throw new UserError(reason, isPushRace(pushed) ? "the branch moved in the meantime; run the command again" : hint);
}
