import type { Variant } from "../../model.ts";
import { readState } from "../../queue/state.ts";
import { listedIn } from "../../run/reporting.ts";
import type { RunnerContext } from "../../runner-context.ts";
import { withBeside } from "../../timeline/beside-history.ts";
import { commonModeIn } from "../../timeline/common-mode.ts";
import { compare, compareBaselines } from "../../timeline/compare.ts";
import type { Comparison, SideName } from "../../timeline/compared.ts";
import { noiseIn } from "../../timeline/noise.ts";
import { hasError } from "../../timeline/quantity.ts";
import { selected } from "../../timeline/selected.ts";
import { benchmarkTimelines } from "../../timeline/timeline.ts";
import { requireMeasured, requireTwo, sideOf, withSpan, type NamedSide } from "./sides.ts";
import { comparisonText, type Paper } from "./text.ts";

/** Result of `evenkeel compare`. Ratios are seconds of `b` over seconds of `a`. */
export interface ComparedSides {
  a: NamedSide;
  b: NamedSide;
  /** Comparison of revisions. */
  values: Comparison;
  /** Comparison of baselines; only for environments. */
  baselines?: Comparison;
  /** Commands that measure the benchmarks that could not be compared. */
  commands: string[];
  /** Command whose session measures the noise that verdicts need; absent if none do. */
  again?: string;
}

/**
 * Compares two sides by their names.
 * @throws UserError for an unknown or ambiguous name, for sides that are equal or of different kinds, and for a side without measurements.
 */
export async function compareSides(context: RunnerContext, a: string, b: string, variant?: Variant): Promise<ComparedSides> {
  const { config, environment } = context;
  const state = await readState(context, { allowBuild: false });
  const { sessions, results: found, history: ofBranch, scalingFactors, decisions } = state;
  const known = [...state.environments, environment];
  const environments = new Map(known.map((one) => [one.id, one]));
  const named = [await sideOf(a, context, environments), await sideOf(b, context, environments)] as const;
  requireTwo(...named);
  const order = ofBranch.map(({ id }) => id);
  requireMeasured(named, found.sessions, order);
  const [from, to] = [await withSpan(named[0], context, order), await withSpan(named[1], context, order)];
  const { history, copies } = withBeside(
    ofBranch,
    named.flatMap((side) => (side.kind === "revisions" ? [...side.ids] : [])),
    sessions,
  );
  const shown = listedIn(sessions, environment.id);
  const listed = state.listing.benchmarks ?? shown.benchmarks;
  const { currentEnvironment } = shown;
  const own = selected(found, ({ host }) => host === config.host);
  const all = {
    benchmarks: [...benchmarkTimelines({ history, results: found, listed, currentEnvironment, scalingFactors })],
    copies,
    decided: { decisions, positions: new Map(order.map((id, position) => [id, position])) },
    common: commonModeIn(own, noiseIn(own, { declared: listed })),
  };
  const sides = { a: from, b: to };
  const values = compare(all, from, to, variant);
  const shared = { ...sides, values, ...againFor(values, sides) };
  const commands = commandsFor(values, sides);
  if (from.kind !== "environment" || to.kind !== "environment") return { ...shared, commands };
  const baselines = compareBaselines(all, from, to);
  const areMissing = baselines.notCompared.some(({ lacking }) => lacking.some((side) => sides[side].command !== undefined));
  return { ...shared, baselines, commands: [...commands, ...(areMissing ? ["evenkeel baselines"] : [])] };
}

/** Returns the command for a further session of either side, which shows the noise between sessions of one program. Pure. */
export function againFor({ compared }: Comparison, { a, b }: Record<SideName, NamedSide>): { again?: string } {
  const command = [b, a].find(({ isOne }) => isOne)?.command;
  const isWaiting = compared.some(({ verdict, ratio }) => verdict === "not judged" && hasError(ratio));
  return isWaiting && command !== undefined ? { again: command } : {};
}

/** Names in a command, at most. With more, the command measures the whole revision. */
const mostNames = 20;

/** Returns the commands that measure the missing benchmarks of both sides. Pure. */
export function commandsFor({ notCompared }: Comparison, sides: Record<SideName, NamedSide>): string[] {
  return (["a", "b"] as const).flatMap((side) => {
    const named = sides[side];
    const names = notCompared.flatMap(({ benchmark, lacking }) => (lacking.includes(side) ? [benchmark] : []));
    if (names.length === 0 || named.command === undefined) return [];
    const takesNames = named.isOne && names.length <= mostNames;
    return [takesNames ? `${named.command} --benchmark ${names.join(" ")}` : named.command];
  });
}

export function comparedText({ a, b, values, baselines, commands, again }: ComparedSides, paper: Paper): string {
  const of = (what: string): string => `${what}: ${b.text}\n${" ".repeat(what.length - "against".length)}against: ${a.text}`;
  const texts = [comparisonText(of(baselines ? "revisions measured in both" : "seconds"), values, paper)];
  const hints = [
    ...(commands.length > 0 ? ["to measure missing benchmarks:", ...commands.map((one) => `  ${one}`)] : []),
    ...(again === undefined ? [] : ["to judge the rest, measure a side once more:", `  ${again}`]),
  ];
  const ends = [
    ...(baselines ? [comparisonText("the interpreter itself", baselines, paper)] : []),
    ...(hints.length > 0 ? [hints.join("\n")] : []),
  ];
  return [...texts, ...ends].join("\n\n");
}

/** Returns a comparison as JSON: sets are lists, and an unknown error is null. */
export function comparedJson(compared: ComparedSides): string {
  return JSON.stringify(compared, (_, value: unknown) => (value instanceof Set ? [...value] : value), 2);
}
