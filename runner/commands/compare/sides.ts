import { UserError } from "../../../config/user-error.ts";
import type { Environment } from "../../model.ts";
import { commitRange, commonAncestor, resolveRevision } from "../../queue/revisions.ts";
import { counted } from "../../text/quantities.ts";
import { environmentText } from "../../report/transitions.ts";
import { shellWord } from "../../text/shell-word.ts";
import type { RunnerContext } from "../../runner-context.ts";
import type { Side } from "../../timeline/compared.ts";
import type { Head } from "../../timeline/results.ts";
import { joinedWithAnd } from "../../../config/joined-with-and.ts";

/** Side of a comparison, with its text and the command that measures it, undefined if none can. `isOne`: it is a single revision. */
export type NamedSide = Side & { text: string; command: string | undefined; isOne: boolean };

/** Part of the context in which names are looked up. */
type Here = Pick<RunnerContext, "target" | "environment">;

/** Digits of an environment's id that name it, at least. */
const leastDigits = 4;

/**
 * Returns the side of a name: a commit, tag or branch of the target, on any branch; a range `<older>..<newer>` of these; or the beginning of an
 * environment's id.
 *
 * @throws UserError for an unknown or ambiguous name.
 */
export async function sideOf(text: string, context: Here, environments: ReadonlyMap<string, Environment>): Promise<NamedSide> {
  if (text.includes("..")) return rangeOf(text, context);
  const found = text.length < leastDigits ? [] : [...environments.values()].filter(({ id }) => id.startsWith(text));
  const [only, ...others] = found;
  if (others.length > 0)
    throw new UserError(`several environments begin with ${text}`, `write more digits: ${found.map(({ id }) => id).join(", ")}`);
  if (!only) return revisionSide(text, await resolveNamed(text, context));
  const revision = await resolveRevision(context.target, text).catch(() => undefined);
  if (revision !== undefined)
    throw new UserError(`${text} is both an environment and a revision`, `write more digits: ${only.id} or ${revision}`);
  return environmentSide(only, only.id === context.environment.id);
}

async function resolveNamed(text: string, { target }: Here): Promise<string> {
  try {
    return await resolveRevision(target, text);
  } catch (error) {
    if (!(error instanceof UserError) || error.message.startsWith("several")) throw error;
    throw new UserError(
      `${text} is neither a revision of the target nor an environment`,
      "write a commit, tag, branch or range a..b, or the first digits of an environment from reports/environments.md; `evenkeel run` fetches new branches, and `evenkeel measure` a branch that you name",
    );
  }
}

function revisionSide(text: string, id: string): NamedSide {
  const isId = id.startsWith(text);
  const name = isId ? id.slice(0, 12) : text;
  return {
    kind: "revisions",
    name,
    ids: new Set([id]),
    text: isId ? name : `${text} (${id.slice(0, 12)})`,
    command: `evenkeel measure ${shellWord(name)}`,
    isOne: true,
  };
}

/** Returns the side of a range: along first parents, without the older end, like `collect`. */
async function rangeOf(text: string, context: Here): Promise<NamedSide> {
  const [older, newer, ...rest] = text.split("..");
  if (!older || !newer || rest.length > 0)
    throw new UserError(`${text} is not a valid range`, "write <older>..<newer>, such as v1.0..main");
  for (const end of [older, newer]) await resolveNamed(end, context);
  const { history } = await commitRange(context.target, { from: older, to: newer, paths: [] });
  return {
    kind: "revisions",
    name: text,
    ids: new Set(history.map(({ id }) => id)),
    text: `${text} (${counted(history.length, "revision")})`,
    command: `evenkeel collect ${shellWord(text)}`,
    isOne: false,
  };
}

function environmentSide(environment: Environment, isHere: boolean): NamedSide {
  const name = `environment ${environment.id.slice(0, 8)}`;
  const text = `${name} (${environmentText(environment)})`;
  return { kind: "environment", name, id: environment.id, text, command: isHere ? "evenkeel bridge" : undefined, isOne: false };
}

/**
 * Returns a side with its part of the history, which serves to find confirmed changes between two sides. A revision of another branch counts as the
 * commit at which it branched off.
 *
 * @param order ids of the measured branch's history, oldest first.
 */
export async function withSpan<Of extends NamedSide>(
  side: Of,
  { target }: Pick<RunnerContext, "target">,
  order: readonly string[],
): Promise<Of> {
  if (side.kind !== "revisions") return side;
  const ids = [...side.ids];
  const indexes = ids.map((id) => order.indexOf(id));
  if (!indexes.includes(-1)) return { ...side, span: { oldest: Math.min(...indexes), newest: Math.max(...indexes) } };
  const newest = ids.at(-1);
  const tip = order.at(-1);
  if (indexes.some((index) => index !== -1) || newest === undefined || tip === undefined) return side;
  const fork = order.indexOf((await commonAncestor(target, newest, tip)) ?? "");
  return fork === -1 ? side : { ...side, span: { oldest: fork, newest: fork } };
}

/** Checks that two sides can be compared. @throws UserError if they are equal, or of different kinds. */
export function requireTwo(a: NamedSide, b: NamedSide): void {
  if (a.kind !== b.kind) {
    throw new UserError(
      `${a.text} cannot be compared with ${b.text}`,
      "compare revisions with revisions, or environments with environments",
    );
  }
  if (a.kind === "environment" && b.kind === "environment" && a.id === b.id) {
    throw new UserError(
      `both sides are ${a.text}`,
      "name another environment from reports/environments.md; within one environment, compare two revisions",
    );
  }
  if (a.kind === "revisions" && b.kind === "revisions" && a.ids.size === b.ids.size && [...a.ids].every((id) => b.ids.has(id))) {
    throw new UserError(
      a.text === b.text ? `both sides are ${a.text}` : `${a.text} and ${b.text} are the same revisions`,
      "name two different revisions, such as v1.0 and main",
    );
  }
}

/**
 * Checks that both sides were measured.
 * @param sessions all stored ones. @param order ids of the measured branch's history, oldest first.
 * @throws UserError that names each side without a session, and the command that measures it.
 */
export function requireMeasured(
  sides: readonly NamedSide[],
  sessions: readonly Pick<Head, "subject" | "environment">[],
  order: readonly string[],
): void {
  const revisions = new Set(sessions.flatMap(({ subject }) => (subject.kind === "revision" ? [subject.revision] : [])));
  const environments = new Set(sessions.map(({ environment }) => environment));
  const without = sides.filter((side) =>
    side.kind === "revisions" ? ![...side.ids].some((id) => revisions.has(id)) : !environments.has(side.id),
  );
  if (without.length === 0) return;
  const commands = without.flatMap(({ command }) => (command === undefined ? [] : [`\`${command}\``]));
  const hint = commands.length > 0 ? `run ${joinedWithAnd(commands)}` : "name another environment; this one has no results any more";
  const nearest = without.flatMap((side) => nearestText(side, revisions, order));
  throw new UserError(`no measurements of ${joinedWithAnd(without.map(({ text }) => text))}`, [hint, ...nearest].join("; "));
}

/** Returns a hint to the newest measured revision before an unmeasured one, which may not touch the measured paths. */
function nearestText(side: NamedSide, measured: ReadonlySet<string>, order: readonly string[]): string[] {
  if (side.kind !== "revisions" || !side.isOne) return [];
  const [id = ""] = side.ids;
  const found = order.slice(0, Math.max(0, order.indexOf(id))).findLast((one) => measured.has(one));
  return found === undefined ? [] : [`the newest measured revision before ${side.name} is ${found.slice(0, 12)}`];
}
