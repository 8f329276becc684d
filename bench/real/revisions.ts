import { UserError } from "../../config/user-error.ts";
import { gitIn } from "../../lab/git.ts";

/** Revisions of the target that a run measures, as ids. */
export interface Chosen {
  /** Measured first. */
  first: string;
  /** Follows it and edits the type checker alone: it should compile every module to the same program. */
  neighbour: string;
  /** Lies before it and has another runtime library: it should compile every module to another program. */
  changed: string;
}

/** Chooses the newest revisions of a clone's checked-out branch that show both. */
export async function chooseRevisions(target: string): Promise<Chosen> {
  const git = gitIn(target);
  const history = (await git`git log --first-parent --no-merges --format=%H -200 HEAD -- ${["mypy/*.py", ":!mypy/typeshed"]}`).stdout
    .trim()
    .split("\n");
  for (const neighbour of history) {
    const paths = (await git`git diff --name-only ${neighbour}^ ${neighbour}`).stdout.trim().split("\n");
    if (paths.some((path) => /^mypyc\/(?!test)|requirements/.test(path))) continue;
    const [first = ""] = (await git`git rev-parse ${neighbour}^`).stdout.trim().split("\n");
    const change = (await git`git log --first-parent --format=%H -1 ${first} -- mypyc/lib-rt/CPy.h`).stdout.trim();
    const changed = (await git`git rev-parse ${change}^`).stdout.trim();
    return { first, neighbour, changed };
  }
  throw new UserError(`${target} has no recent commit that edits mypy alone`, "give a clone of python/mypy with its history: --target DIR");
}
