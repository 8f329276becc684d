import { git, type Clone } from "../system/git.ts";
import { remoteName } from "./remote.ts";

/** Commit ids of the results branch. */
export interface KnownTips {
  /** Last known tip of the remote; undefined without one. */
  tip: string | undefined;
  /** Tip that this clone adopted; undefined before the first. */
  head: string | undefined;
  /** True if the clone has the branch checked out. */
  isCheckedOut: boolean;
}

/** Reads the tips of a branch from the clone, without the remote. */
export async function knownTips(clone: Clone, branch: string): Promise<KnownTips> {
  const [own, tracking] = [`refs/heads/${branch}`, trackingRef(branch)];
  const listed = await git(clone, ["for-each-ref", "--format=%(refname) %(objectname) %(HEAD)", own, tracking]);
  const refs = new Map(listed.split("\n").map((line) => [line.split(" ")[0], line.split(" ").slice(1)]));
  return { tip: refs.get(tracking)?.[0], head: refs.get(own)?.[0], isCheckedOut: refs.get(own)?.[1] === "*" };
}

/** Returns true if the clone is at the remote's tip. Refs are set last, so the index and the working tree are, too. */
export function isAdopted({ tip, head, isCheckedOut }: KnownTips): boolean {
  return tip === head && (isCheckedOut || tip === undefined);
}

/** Ref of the last known tip of the remote. */
export function trackingRef(branch: string): string {
  return `refs/remotes/${remoteName}/${branch}`;
}
