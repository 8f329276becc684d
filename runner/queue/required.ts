import { wantedDependencies } from "../build/dependency-key.ts";
import type { HostConfig } from "../../config/schema.ts";
import type { RunnerContext } from "../runner-context.ts";
import type { History } from "./revisions.ts";

/** Returns the newest revision to be measured: the interpreter itself is measured with its requirements. Undefined without requirements. */
export function requiredRevision({ target }: Pick<HostConfig, "target">, { history, wanted }: History): string | undefined {
  return target.requirements.length === 0 ? undefined : history.findLast(({ id }) => wanted.has(id))?.id;
}

/** Returns that revision if the suite's listing depends on it; the configuration alone lists benchmarks of the `command` adapter. */
export function revisionToListWith(config: HostConfig, history: History): string | undefined {
  return config.suite.adapter === "runbench" ? requiredRevision(config, history) : undefined;
}

/** Memoized keys. The requirements of a revision never change. */
const keys = new Map<string, string>();

/** Returns the key of the requirements that the suite is listed with; empty if there are none. */
export async function keyToListWith(
  { config, target, environment }: Pick<RunnerContext, "config" | "target" | "environment">,
  history: History,
): Promise<string> {
  const { requirements } = config.target;
  const revision = revisionToListWith(config, history);
  if (revision === undefined) return "";
  const memo = JSON.stringify([revision, requirements, environment.id]);
  const known = keys.get(memo);
  if (known !== undefined) return known;
  const asked = await wantedDependencies({ clone: target, revision, requirements, environmentId: environment.id });
  const key = asked.ok ? (asked.wanted?.hash ?? "") : `unreadable at ${revision}`;
  keys.set(memo, key);
  return key;
}
