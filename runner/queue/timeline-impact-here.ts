import { impact, type Impact } from "./timeline-impact.ts";
import { upgradeInput } from "./planned.ts";
import { readState } from "./state.ts";
import { openRunnerContext } from "../runner-context.ts";
import { readDurations } from "../progress/durations.ts";
import { isPreUpgradeRunComplete } from "./pre-upgrade-complete.ts";

/** Impact of a change of environment on this host. */
export interface Transition extends Impact {
  /** The pre-upgrade run of the present environment is complete, or nothing was measured in it. */
  isPreUpgradeRunComplete: boolean;
  /** Number of this host's sessions in the next environment; 0 if that is not known. */
  known: number;
}

/** Placeholder for an environment whose id is not known yet. */
const unknownEnvironment = "another";

/**
 * Returns what is measured first after a transition to another environment. Undefined if the suite's listing is not known. Read-only.
 * @param next id of that environment, if it is known.
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
