import { wantedDependencies } from "../build/dependency-key.ts";
import type { HostConfig } from "../../config/schema.ts";
import type { RunnerContext } from "../runner-context.ts";
import type { History } from "./revisions.ts";

/** Returns the newest revision that is to be measured: the interpreter itself is measured with its requirements. undefined without requirements. */
export function requiredRevision({ target }: Pick<HostConfig, "target">, { history, wanted }: History): string | undefined {
  return target.requirements.length === 0 ? undefined : history.findLast(({ id }) => wanted.has(id))?.id;
}

/** The same, where listing the suite takes it: commands are listed by the configuration alone. */
export function revisionToListWith(config: HostConfig, history: History): string | undefined {
  return config.suite.adapter === "runbench" ? requiredRevision(config, history) : undefined;
}

/** Keys by what they follow from: what a revision requires never changes. */
const keys = new Map<string, string>();

/** Key of the requirements that the suite is listed with; empty where there are none. */
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
