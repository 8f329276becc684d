import { environmentOf } from "../system/environment.ts";
import type { Environment, Session } from "../model.ts";

/**
 * Sessions in the environments they count for: what was measured since the machine became another, before anybody had declared it, belongs
 * to the environment which that began. Nothing stored is changed.
 */
export function inTheirEnvironments<Of extends Pick<Session, "environment" | "started">>(
  sessions: readonly Of[],
  environments: readonly Environment[],
): Of[] {
  // One move after the other: what the first passed on, the second may take over.
  const moved = environments
    .filter(({ machineShifts = [] }) => machineShifts.length > 0)
    .sort((a, b) => (a.machineShifts?.length ?? 0) - (b.machineShifts?.length ?? 0));
  let found = [...sessions];
  for (const to of moved) {
    const [from, since] = beforeMove(to);
    found = found.map((session) =>
      session.environment === from && Date.parse(session.started) >= since ? { ...session, environment: to.id } : session,
    );
  }
  return found;
}

/** Id of the environment that the last move ended, and when. */
function beforeMove({ machineShifts = [], ...now }: Environment): [string, number] {
  const earlier = machineShifts.slice(0, -1);
  return [
    environmentOf({ ...now, ...(earlier.length > 0 && { machineShifts: earlier }) }).id,
    Date.parse(machineShifts.at(-1)?.since ?? ""),
  ];
}
