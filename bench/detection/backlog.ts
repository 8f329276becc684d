import { halve, middleOf } from "../../runner/queue/halving.ts";
import { standing } from "../../runner/timeline/detection/readings.ts";
import { Server } from "./server.ts";

/** A history of changes, and an order in which its revisions come to be measured. */
export interface Backlog {
  name: string;
  revisions: number;
  /** ln seconds after - ln seconds before, by the revision. */
  changes: ReadonlyMap<number, number>;
  /** Places of the revisions, in the order in which they are measured. */
  order: readonly number[];
}

export interface BacklogFigures {
  /** Share of histories of which just the right revisions stand as confirmed, each alone. */
  right: number;
  /** Confirmed changes of wrong revisions, or of several, in a history. */
  wrong: number;
  /** Sessions besides one a revision, as a share of the revisions. */
  extra: number;
}

const noise = 0.003;

/** Measures such histories, and lets everything be decided after each revision, as a host does. */
export function simulateBacklog({ revisions, changes, order }: Backlog, repetitions: number, seed: number): BacklogFigures {
  const levels: number[] = [];
  for (let index = 0; index < revisions; index++) levels.push((levels[index - 1] ?? 0) + (changes.get(index) ?? 0));
  const expected = [...changes.keys()].join(" ");
  let [right, wrong, extra] = [0, 0, 0];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const server = new Server({ revisions, noise, seed: seed * 100_003 + repetition, truth: (index) => Math.exp(levels[index] ?? 0) });
    const known = new Set<number>();
    for (const index of order) {
      if (known.has(index)) continue;
      server.measure(index);
      known.add(index);
      for (const item of server.settle(4 * revisions)) known.add(server.numberOf(item));
    }
    const found = foundBy(server);
    if (found.map(({ index }) => index).join(" ") === expected && found.every(({ skipped }) => skipped === 0)) right++;
    wrong += found.filter(({ index, skipped }) => !changes.has(index) || skipped > 0).length;
    extra += server.sessions.length - revisions;
  }
  return { right: right / repetitions, wrong: wrong / repetitions, extra: extra / repetitions / revisions };
}

function foundBy({ decisions, history }: Server): { index: number; skipped: number }[] {
  return standing(decisions)
    .filter(({ outcome }) => outcome === "confirmed")
    .map(({ firstBad, skipped }) => ({ index: history.findIndex(({ id }) => id === firstBad), skipped }))
    .sort((a, b) => a.index - b.index);
}

const inOrder = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

/** The newest first, then the middle of the longest gap: how a queue takes a backlog. */
function halving(from: number, to: number): number[] {
  return [to - 1, ...halve(inOrder(from, to - 1).map(() => true)).map((run) => from + middleOf(run))];
}

const there = new Map([
  [15, Math.log1p(0.1)],
  [45, -Math.log1p(0.1)],
]);
const away = new Map([
  [50, Math.log1p(0.05)],
  [60, Math.log1p(-0.03)],
]);

/** A backlog, and an outage after which new revisions come before those that were missed; each beside the same in order. */
export const backlogs: readonly Backlog[] = [
  { name: "+10 % at 15, back at 45, in order", revisions: 60, changes: there, order: inOrder(0, 60) },
  { name: "the same as a backlog, by halving", revisions: 60, changes: there, order: halving(0, 60) },
  { name: "+5 % at 50, -3 % at 60, in order", revisions: 80, changes: away, order: inOrder(0, 80) },
  {
    name: "the same with an outage of 30",
    revisions: 80,
    changes: away,
    order: [...inOrder(0, 40), ...inOrder(70, 80), ...halving(40, 70)],
  },
];
