import type { Outcome, Session, Variant } from "../model.ts";
import { dayOf } from "../text/quantities.ts";

/** An outcome of one benchmark variant, and its session. */
export interface Try {
  outcome: Outcome;
  session: Session;
}

export const variants: readonly Variant[] = ["compiled", "interpreted"];

/** Attempts at a subject that fails by itself, on different days. After the last one the failure is the result. */
export const attempts = 2;

export function triesOf(sessions: readonly Session[], name: string, variant: Variant): Try[] {
  return sessions.flatMap((session) => {
    const outcome = session.benchmarks[name]?.[variant];
    return outcome ? [{ outcome, session }] : [];
  });
}

/** Returns whether a benchmark is retried: all tries failed, fewer than `attempts`, none of them today. */
export function triedAgain(tries: readonly Try[], today: string): boolean {
  const onlyFailures = tries.length > 0 && tries.every(({ outcome }) => outcome.status === "failed");
  return onlyFailures && tries.length < attempts && tries.every(({ session }) => dayOf(session.started) < today);
}

/** Returns all outcomes of a session, with the names of their benchmarks. */
export function outcomesOf({ benchmarks }: Session): { name: string; outcome: Outcome }[] {
  return Object.entries(benchmarks).flatMap(([name, outcomes]) =>
    variants.flatMap((variant) => {
      const outcome = outcomes[variant];
      return outcome ? [{ name, outcome }] : [];
    }),
  );
}
