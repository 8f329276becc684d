import { UserError } from "../../config/user-error.ts";
import type { Environment, Variant } from "../model.ts";
import { presentListing } from "../plan/listing.ts";
import { firstParentHistory, resolveRevision, resolveSince } from "../plan/revisions.ts";
import { environmentText } from "../report/switches.ts";
import { listedIn } from "../reporting.ts";
import type { Station } from "../station.ts";
import { readHops } from "../store/hops.ts";
import { readEnvironments } from "../store/sessions.ts";
import { latestHops } from "../timeline/chain.ts";
import { compare, compareBaselines, type Comparison, type Side } from "../timeline/compare.ts";
import { benchmarkTimelines } from "../timeline/timeline.ts";
import { comparisonText, type Paper } from "./compare-text.ts";

/** A side with what it is, in words. */
type Named = Side & { text: string };

/** What `evenkeel compare` tells. Ratios are seconds of `b` over seconds of `a`. */
export interface ComparedSides {
  a: Named;
  b: Named;
  /** Of revisions. */
  values: Comparison;
  /** Of the interpreter itself; only where environments are compared. */
  baselines?: Comparison;
}

/** @throws UserError for a name of nothing, or of several things, and where a revision is to be compared with an environment. */
export async function compareSides(station: Station, a: string, b: string, variant?: Variant): Promise<ComparedSides> {
  const { config, environment, target, results } = station;
  const { sessions, results: found } = await station.stored.read();
  const since = await resolveSince(target, config.target.since);
  const { history } = await firstParentHistory(target, { branch: config.target.branch, since, paths: [] });
  const known = [...(await readEnvironments(results.root)).environments, environment];
  const environments = new Map(known.map((one) => [one.id, one]));
  const order = history.map(({ id }) => id);
  const [from, to] = [await sideOf(a, station, environments, order), await sideOf(b, station, environments, order)];
  if (from.kind !== to.kind) {
    throw new UserError(
      `${from.text} cannot be compared with ${to.text}`,
      "compare revisions with revisions, or environments with environments",
    );
  }
  const shown = listedIn(sessions, environment.id);
  const listed = (await presentListing(station, { mayAsk: false })) ?? shown.benchmarks;
  const hops = latestHops((await readHops(results.root)).files);
  const { currentEnvironment } = shown;
  const all = { benchmarks: [...benchmarkTimelines({ history, results: found, listed, currentEnvironment, hops })] };
  const sides = { a: from, b: to, values: compare(all, from, to, variant) };
  if (from.kind !== "environment" || to.kind !== "environment") return sides;
  return { ...sides, baselines: compareBaselines(all, from.id, to.id) };
}

/** The least of an environment's id that names it. */
const leastDigits = 4;

async function sideOf(
  text: string,
  station: Station,
  environments: ReadonlyMap<string, Environment>,
  order: readonly string[],
): Promise<Named> {
  if (text.includes("..")) return rangeOf(text, station, order);
  const found = text.length < leastDigits ? [] : [...environments.values()].filter(({ id }) => id.startsWith(text));
  const [only, ...others] = found;
  if (others.length > 0)
    throw new UserError(`several environments begin with ${text}`, `give more digits: ${found.map(({ id }) => id).join(", ")}`);
  if (!only) return revisionSide(text, await resolveNamed(text, station));
  const revision = await resolveRevision(station.target, text).catch(() => undefined);
  if (revision !== undefined)
    throw new UserError(`${text} is an environment and a revision`, `give more digits: ${only.id} or ${revision}`);
  return { kind: "environment", id: only.id, text: `environment ${only.id.slice(0, 8)} (${environmentText(only)})` };
}

async function resolveNamed(text: string, { target }: Station): Promise<string> {
  try {
    return await resolveRevision(target, text);
  } catch (error) {
    if (!(error instanceof UserError) || error.message.startsWith("several")) throw error;
    throw new UserError(
      `${text} is no revision of the target, and no environment`,
      "write a commit, tag, branch or range a..b, or the first digits of an environment, as reports/environments.md has them",
    );
  }
}

function revisionSide(text: string, id: string): Named {
  return { kind: "revisions", ids: new Set([id]), text: id.startsWith(text) ? id.slice(0, 12) : `${text} (${id.slice(0, 12)})` };
}

/** Along first parents, the older end left out, as git has it. */
async function rangeOf(text: string, station: Station, order: readonly string[]): Promise<Named> {
  const [older, newer, ...rest] = text.split("..");
  if (!older || !newer || rest.length > 0) throw new UserError(`${text} is no range`, "write <older>..<newer>, such as v1.0..main");
  const [from, to] = [order.indexOf(await resolveNamed(older, station)), order.indexOf(await resolveNamed(newer, station))];
  if (from === -1 || to === -1) {
    throw new UserError(
      `${from === -1 ? older : newer} is not in the history that is measured`,
      "see target.branch and target.since of the configuration",
    );
  }
  if (from >= to) throw new UserError(`no revision lies between ${older} and ${newer}`, "the older one comes first: <older>..<newer>");
  return { kind: "revisions", ids: new Set(order.slice(from + 1, to + 1)), text: `${text} (${to - from} revisions)` };
}

export function comparedText({ a, b, values, baselines }: ComparedSides, paper: Paper): string {
  const of = (what: string): string => `${what}: ${b.text}\n${" ".repeat(what.length - "against".length)}against: ${a.text}`;
  const texts = [comparisonText(of(baselines ? "revisions measured in both" : "seconds"), values, paper)];
  return [...texts, ...(baselines ? [comparisonText("the interpreter itself", baselines, paper)] : [])].join("\n\n");
}

/** The same for machines: sets are lists, and an error that is not known is null. */
export function comparedJson(compared: ComparedSides): string {
  return JSON.stringify(compared, (_, value: unknown) => (value instanceof Set ? [...value] : value), 2);
}
