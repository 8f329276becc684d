import { Server, type Simulation } from "../../../bench/detection/server.ts";
import { standing } from "../../../runner/timeline/detection/readings.ts";

export const slowerFrom =
  (from: number, factor = 1.05) =>
  (number: number): number =>
    number >= from ? factor : 1;

/** The confirmed changes that stand, oldest first. */
export function confirmedBy(server: Server): { at: number; skipped: number; direction: string }[] {
  return standing(server.decisions)
    .filter(({ outcome }) => outcome === "confirmed")
    .map(({ firstBad, skipped, direction }) => ({ at: server.history.findIndex(({ id }) => id === firstBad), skipped, direction }))
    .sort((a, b) => a.at - b.at);
}

/** Measures revisions in that order, and lets everything be decided after each. */
export function decidedIn(order: readonly number[], how: Simulation): Server {
  const server = new Server(how);
  const known = new Set<number>();
  for (const number of order) {
    if (known.has(number)) continue;
    server.measure(number);
    known.add(number);
    for (const item of server.settle(200)) known.add(server.numberOf(item));
  }
  return server;
}
