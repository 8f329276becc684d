import { cachedBuilds } from "../build/cached-builds.ts";
import { upgradeInput } from "./linking.ts";
import type { Decision } from "../model.ts";
import { changes, type Changes, type ChangesInput } from "./changes.ts";
import type { Asking } from "./listing.ts";
import { firstParentHistory, resolveSince } from "./revisions.ts";
import { withoutSlow } from "./slow.ts";
import { noteReportsDue } from "../store/reports-due.ts";
import { layoutsText } from "../report/changes.ts";
import { shiftText } from "../text/measurements.ts";
import type { RunnerContext } from "../runner-context.ts";
import { readScalingFactors } from "../store/scaling-factors.ts";
import { latestScalingFactors } from "../timeline/chain.ts";
import { nextNumber, readDecisions, writeDecision } from "../store/decisions.ts";

/** What detection asks for and decides here; undefined where what the suite lists is not known and may not be asked. */
export async function changesHere(context: RunnerContext, how: Asking): Promise<Changes | undefined> {
  const input = await upgradeInput(context, how);
  if (!input) return undefined;
  const { config, target } = context;
  const since = await resolveSince(target, config.target.since);
  const { wanted } = await firstParentHistory(target, { branch: config.target.branch, since, paths: config.target.paths });
  return changesAmong(context, { ...input, wanted });
}

/** The same, where all that takes long to read was read already. */
export async function changesAmong(
  { config, environment, results }: RunnerContext,
  known: Pick<ChangesInput, "history" | "wanted" | "sessions" | "results" | "benchmarks">,
): Promise<Changes> {
  return changes({
    ...known,
    scalingFactors: latestScalingFactors((await readScalingFactors(results.root)).files),
    decisions: (await readDecisions(results.root)).decisions,
    host: config.host,
    environment: environment.id,
    without: withoutSlow(known.history, config.measure.slow),
    cachedBuilds: await cachedBuilds(),
    checkLayouts: config.measure.checkLayouts,
    today: new Date().toISOString().slice(0, 10),
  });
}

/**
 * Write what fresh sessions decided, a file a change, until nothing more follows from what is stored. Repeating it is harmless. Returns
 * whether there was any, the revisions whose builds are needed for what is still suspected, and those whose builds are kept for creeping changes.
 */
export async function writeDecisions(context: RunnerContext): Promise<{ written: boolean; suspected: Set<string>; kept: string[] }> {
  const { results, account, config } = context;
  let written = false;
  for (;;) {
    const found = await changesHere(context, { allowBuild: false });
    if (!found) return { written, suspected: new Set(), kept: [] };
    if (found.findings.length === 0) {
      const needed = [...found.open.flatMap(({ programs }) => programs), ...found.creeping.flatMap(({ revisions }) => revisions)];
      return { written, suspected: new Set(needed), kept: found.kept };
    }
    written = true;
    const known = await readDecisions(results.root);
    const decisions = [...known.decisions, ...known.voided];
    for (const finding of found.findings) {
      const n = nextNumber(finding, decisions);
      const decision: Decision = { ...finding, schema: 1, n, host: config.host, written: new Date().toISOString() };
      await writeDecision(results.root, account, decision);
      decisions.push(decision);
      await noteReportsDue();
      context.say(decisionText(decision));
    }
  }
}

function decisionText(decision: Decision): string {
  const { benchmark, found, outcome, direction, change, firstBad, lastGood, reason } = decision;
  const what =
    found === "creeping"
      ? `creeping: ${benchmark} ${direction} from ${lastGood.slice(0, 12)} to ${firstBad.slice(0, 12)}`
      : `${benchmark} ${direction} at ${firstBad.slice(0, 12)}`;
  if (outcome === "drifted") return `${benchmark} at ${firstBad.slice(0, 12)}: drift of the machine, no change`;
  return `${what}: ${outcome === "creeping" ? "confirmed" : outcome}${change ? `, ${shiftText(change.phi)}` : ""}${layoutsText(decision)}${reason === undefined ? "" : ` (${reason})`}`;
}
