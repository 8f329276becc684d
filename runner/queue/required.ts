import { wantedDependencies } from "../build/dependency-key.ts";
import type { RunnerContext } from "../runner-context.ts";
import { firstParentHistory, resolveSince } from "./revisions.ts";

/** The newest revision that is to be measured: the interpreter itself is measured with its requirements. undefined without requirements. */
export async function requiredRevision({ config, target }: Pick<RunnerContext, "config" | "target">): Promise<string | undefined> {
  const { branch, paths, requirements } = config.target;
  if (requirements.length === 0) return undefined;
  const since = await resolveSince(target, config.target.since);
  const { history, wanted } = await firstParentHistory(target, { branch, since, paths });
  return history.findLast(({ id }) => wanted.has(id))?.id;
}

/** The same, where listing the suite takes it: commands are listed by the configuration alone. */
export async function revisionToListWith(context: RunnerContext): Promise<string | undefined> {
  return context.config.suite.adapter === "runbench" ? requiredRevision(context) : undefined;
}

/** Keys by what they follow from: what a revision requires never changes. */
const keys = new Map<string, string>();

/** Key of the requirements that the suite is listed with; empty where there are none. */
export async function keyToListWith(context: RunnerContext): Promise<string> {
  const { config, target, environment } = context;
  const { requirements } = config.target;
  const revision = await revisionToListWith(context);
  if (revision === undefined) return "";
  const memo = JSON.stringify([revision, requirements, environment.id]);
  const known = keys.get(memo);
  if (known !== undefined) return known;
  const asked = await wantedDependencies({ clone: target, revision, requirements, environmentId: environment.id });
  const key = asked.ok ? (asked.wanted?.hash ?? "") : `unreadable at ${revision}`;
  keys.set(memo, key);
  return key;
}
