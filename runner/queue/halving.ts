import type { Revision } from "../model.ts";

/** Indexes of the first and the last of adjacent unmeasured candidates. */
export interface Run {
  from: number;
  to: number;
}

/** Returns runs in the order in which their middles are measured: the longest first, of equals the newest. A middle leaves two shorter runs. */
export function halve(unmeasured: readonly boolean[]): Run[] {
  const byLength = new Map<number, Run[]>();
  const put = (run: Run): void => {
    const length = lengthOf(run);
    if (length > 0) byLength.set(length, [...(byLength.get(length) ?? []), run]);
  };
  let from = 0;
  for (const [index, open] of [...unmeasured, false].entries()) {
    if (open) continue;
    put({ from, to: index - 1 });
    from = index + 1;
  }

  const order: Run[] = [];
  for (let length = unmeasured.length; length > 0; length--) {
    for (const run of (byLength.get(length) ?? []).sort((a, b) => b.to - a.to)) {
      order.push(run);
      put({ from: run.from, to: middleOf(run) - 1 });
      put({ from: middleOf(run) + 1, to: run.to });
    }
  }
  return order;
}

function lengthOf({ from, to }: Run): number {
  return to - from + 1;
}

export function middleOf({ from, to }: Run): number {
  return Math.ceil((from + to) / 2);
}

export function describeRun(run: Run, candidates: readonly Revision[]): string {
  const what = lengthOf(run) === 1 ? "unmeasured" : `middle of ${lengthOf(run)} unmeasured`;
  const older = candidates[run.from - 1]?.id.slice(0, 12);
  const newer = candidates[run.to + 1]?.id.slice(0, 12);
  if (older && newer) return `${what} between ${older} and ${newer}`;
  return newer ? `${what} before ${newer}` : what;
}
