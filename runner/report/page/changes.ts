import type { Series, BenchmarkTimeline } from "../../timeline/timeline.ts";
import type { Report } from "../input.ts";
import { changeText } from "../numbers.ts";

/** A confirmed change where a chart marks it. */
export interface Mark {
  /** Place of the first revision that has it in the history. */
  position: number;
  committed: string;
  label: string;
}

/** The confirmed changes of a series, oldest first; those of revisions that the history lost are left out. */
export function changesOf({ changes = [], history }: Report, { name }: BenchmarkTimeline, { variant }: Series): Mark[] {
  return changes
    .filter((change) => change.benchmark === name && change.variant === variant)
    .flatMap(({ revision, ratio }): Mark[] => {
      const position = history.findIndex(({ id }) => id === revision);
      const committed = history[position]?.committed;
      return committed === undefined ? [] : [{ position, committed, label: changeText(ratio) }];
    })
    .sort((a, b) => a.position - b.position);
}
