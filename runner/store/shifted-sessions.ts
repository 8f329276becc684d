import { environmentOf } from "../system/environment.ts";
import type { Environment, Session } from "../model.ts";

/**
 * Assigns sessions to the environments they count for. Sessions measured after a machine shift, but before its declaration, belong to the
 * environment that the shift began. Stored files stay unchanged.
 */
export function inTheirEnvironments<Of extends Pick<Session, "environment" | "started">>(
  sessions: readonly Of[],
  environments: readonly Environment[],
): Of[] {
  // In order, since a later shift may apply to sessions that an earlier one assigned.
  const shifted = environments
    .filter(({ machineShifts = [] }) => machineShifts.length > 0)
    .sort((a, b) => (a.machineShifts?.length ?? 0) - (b.machineShifts?.length ?? 0));
  let found = [...sessions];
  for (const to of shifted) {
    const [from, since] = beforeShift(to);
    found = found.map((session) =>
      session.environment === from && Date.parse(session.started) >= since ? { ...session, environment: to.id } : session,
    );
  }
  return found;
}

/** Returns the id of the environment that the last shift ended, and the time of the shift in milliseconds. */
function beforeShift({ machineShifts = [], ...now }: Environment): [string, number] {
  const earlier = machineShifts.slice(0, -1);
  return [
    environmentOf({ ...now, ...(earlier.length > 0 && { machineShifts: earlier }) }).id,
    Date.parse(machineShifts.at(-1)?.since ?? ""),
  ];
}
