import type { HostConfig } from "../../config/schema.ts";
import type { Revision } from "../model.ts";

/**
 * Names or patterns of the slow benchmarks that each revision does not owe, by its id: they are measured on every so many revisions, counted along the
 * history from its first.
 * @param history first-parent history from `since` on, oldest first: a revision's place in it never changes.
 */
export function withoutSlow(history: readonly Revision[], slow: HostConfig["measure"]["slow"]): Map<string, string[]> {
  return new Map(
    history.map(({ id }, index) => [id, slow.filter(({ every }) => index % every !== 0).flatMap(({ benchmarks }) => benchmarks)]),
  );
}
