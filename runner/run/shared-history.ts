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
  const isKnownHere = async ({ target }: HostState) => (await isKnown(clone, target.since)) && (await isKnown(clone, target.tip));
  const isMissing = (await Promise.all(all.map(isKnownHere))).includes(false);
  // Another host may have fetched the target later than this one.
  if (isMissing && mayFetch) await fetchTarget(clone);
  const known: HostState[] = [];
  const leftOut: string[] = [];
  for (const state of all) {
    if (await isKnownHere(state)) known.push(state);
    else leftOut.push(state.host);
  }
  const [last, ...others] = known;
  if (!last) return { shared: undefined, leftOut };
  const { name, web, since } = last.target;
  let { tip } = last.target;
  for (const { target } of others) if (await isAncestor(clone, tip, target.tip)) ({ tip } = target);
  const { history } = await historyUpTo(clone, tip, { since, paths: [] });
  return { shared: { target: { name, ...(web !== undefined && { web }) }, history }, leftOut };
}

async function isKnown(clone: Clone, id: string): Promise<boolean> {
  return (await tryGit(clone, ["cat-file", "-e", `${id}^{commit}`])).ok;
}

async function isAncestor(clone: Clone, id: string, of: string): Promise<boolean> {
  return id !== of && (await tryGit(clone, ["merge-base", "--is-ancestor", id, of])).ok;
}
