import { realpath } from "node:fs/promises";
import { basename } from "node:path";
import { paths } from "../../config/paths.ts";
import { expectsConstant } from "../measure/plausibility.ts";
import type { HostState, Session } from "../model.ts";
import { pauseText, readPause } from "./pause.ts";
import { inOneLine } from "../text/plain-text.ts";
import { knownNames, unlistedHere } from "../queue/listing-text.ts";
import { owedBy } from "../queue/planned.ts";
import { plan } from "../queue/queue.ts";
import { readState } from "../queue/state.ts";
import { noteReportsDue } from "../store/reports-due.ts";
import type { RunnerContext } from "../runner-context.ts";
import { hostStateFile, isSameState, readHostStates } from "../store/host-states.ts";

/** Returns this host's present state for the reports. @throws UserError if the target lacks its branch or `since`. */
async function stateHere(context: RunnerContext): Promise<HostState> {
  const { config, environment, blocked } = context;
  const state = await readState(context, { allowBuild: false });
  const { since, tip, sessions } = state;
  const items = plan(owedBy(state));
  const constant = measuredOn(config.host, sessions).filter((name) => expectsConstant(name, config.measure.expect));
  const dropped = await droppedHere(context);
  const unlisted = await unlistedHere();
  const paused = pauseText(config.schedule, await readPause());
  return {
    schema: 1,
    host: config.host,
    written: new Date().toISOString(),
    program: basename(await realpath(paths.current)),
    environment,
    target: {
      name: inOneLine(config.target.name),
      ...(config.target.web && { web: config.target.web }),
      since,
      tip,
    },
    waiting: items.filter(({ subject }) => subject.kind === "revision").length,
    ...(dropped.length > 0 && { dropped }),
    ...(constant.length > 0 && { constant }),
    ...(paused !== undefined && { paused: inOneLine(paused) }),
    ...(blocked !== undefined && { blocked: inOneLine(blocked) }),
    ...(unlisted.length > 0 && { unlisted: unlisted.map(inOneLine) }),
  };
}

/** Returns the names of the benchmarks that a host measured, sorted. */
function measuredOn(wanted: string, sessions: readonly Session[]): string[] {
  const names = sessions.flatMap(({ host, benchmarks }) => (host === wanted ? Object.keys(benchmarks) : []));
  return [...new Set(names)].sort();
}

/** Returns the benchmarks that this host measured and its suite no longer has, sorted by name. Empty if the suite's contents are unknown. */
async function droppedHere({ config, stored }: RunnerContext): Promise<string[]> {
  const names = await knownNames(config.suite);
  return names ? measuredOn(config.host, (await stored.read()).sessions).filter((name) => !names.includes(name)) : [];
}

/** Returns this host's state as stored in the results; undefined if there is none. */
async function storedState({ config, results }: RunnerContext): Promise<HostState | undefined> {
  return (await readHostStates(results.root)).states.find(({ host }) => host === config.host);
}

/** Returns the file of this host's state if it differs from the stored one. @throws UserError if the target lacks its branch or `since`. */
export async function changedState(context: RunnerContext): Promise<{ path: string; text: string } | undefined> {
  const [now, stored] = [await stateHere(context), await storedState(context)];
  return stored && isSameState(now, stored) ? undefined : hostStateFile(now);
}

/** Returns the published states of all other hosts, and the present state of this one. */
export async function statesNow(context: RunnerContext): Promise<HostState[]> {
  const [now, { states }] = [await stateHere(context), await readHostStates(context.results.root)];
  const stored = states.find(({ host }) => host === now.host);
  return [...states.filter(({ host }) => host !== now.host), stored && isSameState(now, stored) ? stored : now];
}

/** Marks the reports as due if this host's blockers or dropped benchmarks differ from those that they show. */
export async function noteStateChange(context: RunnerContext): Promise<void> {
  const state = await storedState(context);
  const isBlockedAsShown = state?.blocked === (context.blocked && inOneLine(context.blocked));
  if (!isBlockedAsShown || (state?.dropped ?? []).join() !== (await droppedHere(context)).join()) await noteReportsDue();
}
