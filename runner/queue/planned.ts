import type { WorkItem } from "../model.ts";
import { machineVerdict } from "../timeline/controls.ts";
import type { Reopened } from "./bridges.ts";
import { changes, type Changes } from "./changes.ts";
import type { KnownState } from "./known-state.ts";
import type { PresentInput } from "./present.ts";
import { plan, type QueueInput } from "./queue.ts";
import { withoutSlow } from "./slow.ts";
import { upgrade, type Upgrade, type UpgradeInput } from "./upgrade.ts";

/** What follows from a known state. Pure; what takes long is computed once a state. */

/** Returns how subjects are built and measured now, as far as it is known. */
export function presentOf({ environment, suite, setup, listing }: KnownState): PresentInput {
  return { environment, suite, setup, benchmarks: listing.benchmarks };
}

/** Returns what revisions and baselines owe by themselves: the queue without what results ask for. */
export function owedBy(state: KnownState): QueueInput {
  const { history, wanted, sessions, today, config } = state;
  return {
    history,
    wanted,
    sessions,
    today,
    host: config.host,
    ...presentOf(state),
    without: withoutSlow(history, config.measure.slow),
  };
}

/** Returns what upgrades are planned and judged by; undefined where it is not known what the suite lists. */
export function upgradeInput(state: KnownState): UpgradeInput | undefined {
  const { history, sessions, results, scalingFactors, decisions, config, environment, setup } = state;
  const { benchmarks } = state.listing;
  return benchmarks && { history, sessions, results, scalingFactors, decisions, host: config.host, environment, setup, benchmarks };
}

/** Returns what the newest transition of this host owes; undefined where it is not known what the suite lists. */
export function upgradeOf(state: KnownState, reopened?: Reopened): Upgrade | undefined {
  return reopened ? upgradeNow(state, reopened) : oncePer(upgrades, state, upgradeNow);
}

/** Returns what detection asks for and decides; undefined where it is not known what the suite lists. */
export function changesOf(state: KnownState): Changes | undefined {
  return oncePer(detected, state, changesNow);
}

/** Returns what the queue holds; nothing where the suite cannot be listed, and no baselines where it is not known what it lists. */
export function queueOf(state: KnownState): WorkItem[] {
  const { listing, results, environment, cachedBuilds } = state;
  if (listing.problem !== undefined) return [];
  const transitions = upgradeOf(state);
  const machine = machineVerdict(results, environment, listing.benchmarks ?? []);
  const changed = changesOf(state);
  return plan({
    ...owedBy(state),
    interpreted: new Map(Object.entries(listing.interpreted)),
    isListingStale: listing.isStale,
    cachedBuilds,
    ...(machine.verdict === "suspected" && machine.since !== undefined && { suspectedSince: machine.since }),
    ...(changed && { changes: changed.items, creeping: changed.creepingItems }),
    ...(transitions && { upgrade: { bridges: transitions.items, verifying: transitions.verifying } }),
  });
}

const upgrades = new WeakMap<KnownState, Upgrade | undefined>();
const detected = new WeakMap<KnownState, Changes | undefined>();

function oncePer<T>(known: WeakMap<KnownState, T>, state: KnownState, compute: (state: KnownState) => T): T {
  const found = known.get(state) ?? compute(state);
  known.set(state, found);
  return found;
}

function upgradeNow(state: KnownState, reopened?: Reopened): Upgrade | undefined {
  const input = upgradeInput(state);
  return input && upgrade({ ...input, reopened });
}

function changesNow(state: KnownState): Changes | undefined {
  const input = upgradeInput(state);
  const { wanted, cachedBuilds, today, config } = state;
  return (
    input &&
    changes({
      ...input,
      wanted,
      without: withoutSlow(input.history, config.measure.slow),
      cachedBuilds,
      checkLayouts: config.measure.checkLayouts,
      today,
    })
  );
}
