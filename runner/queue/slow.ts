import type { HostConfig } from "../../config/schema.ts";
import type { Revision } from "../model.ts";

/**
 * Returns the names or patterns of slow benchmarks that each revision does not owe, by its id. They are owed by every nth revision of the
 * history (`every`).
 * @param history first-parent history from `since` on, oldest first. A revision's index in it never changes.
 */
export function withoutSlow(history: readonly Revision[], slow: HostConfig["measure"]["slow"]): Map<string, string[]> {
  return new Map(
    history.map(({ id }, index) => [id, slow.filter(({ every }) => index % every !== 0).flatMap(({ benchmarks }) => benchmarks)]),
  );
}
