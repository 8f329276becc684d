import { tryGit, type Clone } from "../system/git.ts";
import type { HostState, Revision } from "../model.ts";
import { fetchTarget, historyUpTo } from "../queue/revisions.ts";
import type { Target } from "../report/links.ts";

/** Measured project as the states of all hosts name it; the same on every host. */
export interface Shared {
  target: Target;
  /** First-parent history, oldest first. */
  history: readonly Revision[];
}

/**
 * Returns the target and the history that all hosts' reports show: those of the state written last, up to the newest commit of any state.
 * Leaves out states whose commits this clone lacks, even after fetching.
 *
 * @param mayFetch true if the clone may be changed, which requires the host's lock.
 * @returns the shared history, undefined if this clone knows no state, and the hosts whose states are left out.
 */
export async function sharedHistory(
  clone: Clone,
  states: readonly HostState[],
  { mayFetch }: { mayFetch: boolean },
): Promise<{ shared: Shared | undefined; leftOut: string[] }> {
  const all = [...states].sort((a, b) => (a.written === b.written ? (a.host < b.host ? -1 : 1) : a.written > b.written ? -1 : 1));
  let known = await knownStates(clone, all);
  if (known.length < all.length && mayFetch) {
    // Another host may have fetched the target later than this one.
    await fetchTarget(clone);
    known = await knownStates(clone, all);
  }
  const leftOut = all.filter((state) => !known.includes(state)).map(({ host }) => host);
  const [last, ...others] = known;
  if (!last) return { shared: undefined, leftOut };
  const { name, web, since } = last.target;
  let { tip } = last.target;
  for (const { target } of others) if (await isAncestor(clone, tip, target.tip)) ({ tip } = target);
  const { history } = await historyUpTo(clone, tip, { since, paths: [] });
  return { shared: { target: { name, ...(web !== undefined && { web }) }, history }, leftOut };
}

/** Returns the states whose commits the clone has, in the same order. */
async function knownStates(clone: Clone, states: readonly HostState[]): Promise<HostState[]> {
  const input = states.map(({ target }) => `${target.since}^{commit}\n${target.tip}^{commit}\n`).join("");
  const types = (await tryGit(clone, ["cat-file", "--batch-check=%(objecttype)"], { input })).stdout.split("\n");
  return states.filter((_, index) => types[2 * index] === "commit" && types[2 * index + 1] === "commit");
}

async function isAncestor(clone: Clone, id: string, of: string): Promise<boolean> {
  return id !== of && (await tryGit(clone, ["merge-base", "--is-ancestor", id, of])).ok;
}
