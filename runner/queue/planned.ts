import type { WorkItem } from "../model.ts";
import { machineVerdict } from "../timeline/controls.ts";
import type { Reopened } from "./bridges.ts";
import { changes, type Changes } from "./changes.ts";
import type { KnownState } from "./known-state.ts";
import type { PresentInput } from "./present.ts";
import { plan, type QueueInput } from "./queue.ts";
import { withoutSlow } from "./slow.ts";
import { upgrade, type Upgrade, type UpgradeInput } from "./upgrade.ts";

// Plans that follow from a known state. Pure; slow ones are computed once for each state.

/** Returns the known part of the present set-up of builds and measurements. */
export function presentOf({ environment, suite, setup, listing }: KnownState): PresentInput {
  return { environment, suite, setup, benchmarks: listing.benchmarks };
}

/** Returns the input of the queue for revisions and baselines, without sessions that depend on results. */
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

/** Returns the input to plan and judge upgrades; undefined if the suite's listing is not known. */
export function upgradeInput(state: KnownState): UpgradeInput | undefined {
  const { history, sessions, results, scalingFactors, decisions, config, environment, setup } = state;
  const { benchmarks } = state.listing;
  return benchmarks && { history, sessions, results, scalingFactors, decisions, host: config.host, environment, setup, benchmarks };
}

/** Returns what this host's newest transition owes; undefined if the suite's listing is not known. */
export function upgradeOf(state: KnownState, reopened?: Reopened): Upgrade | undefined {
  return reopened ? upgradeNow(state, reopened) : oncePer(upgrades, state, upgradeNow);
}

/** Returns the sessions and decisions of detection; undefined if the suite's listing is not known. */
export function changesOf(state: KnownState): Changes | undefined {
  return oncePer(detected, state, changesNow);
}

/** Returns the queue: empty if the suite cannot be listed, and without baselines if its listing is not known. */
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
