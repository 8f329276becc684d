import { impact, type Impact } from "./timeline-impact.ts";
import { upgradeInput } from "./planned.ts";
import { readState } from "./state.ts";
import { openRunnerContext } from "../runner-context.ts";
import { readDurations } from "../progress/durations.ts";
import { isPreUpgradeRunComplete } from "./pre-upgrade-complete.ts";

/** What an environment's change comes to on this host. */
export interface Transition extends Impact {
  /** Whether the present environment was measured a last time; true where nothing was measured in it. */
  isPreUpgradeRunComplete: boolean;
  /** Sessions of this host in the next environment, where that is known. */
  known: number;
}

/** Stands for an environment whose id is not known yet. */
const unknownEnvironment = "another";

/**
 * What is measured first after a transition to another environment; undefined on a host that has measured nothing, or does not know what its suite
 * lists. Only reads.
 * @param next id of that environment, where it is known.
 */
export async function impactHere(next: string | undefined): Promise<Transition | undefined> {
  const context = await openRunnerContext(new AbortController().signal, () => undefined);
  const input = upgradeInput(await readState(context, { allowBuild: false }));
  if (!input) return undefined;
  const durations = await readDurations();
  return {
    ...impact({ ...input, environment: next ?? unknownEnvironment }, durations),
    isPreUpgradeRunComplete: isPreUpgradeRunComplete(input.sessions, context.environment.id, new Date()),
    known: input.sessions.filter(({ host, environment }) => host === context.config.host && environment === next).length,
  };
}
