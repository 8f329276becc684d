import type { Decision } from "../model.ts";
import { layoutsText } from "../report/changes.ts";
import { shiftText } from "../text/measurements.ts";
import type { RunnerContext } from "../runner-context.ts";
import { nextNumber, writeDecision } from "../store/decisions.ts";
import { noteReportsDue } from "../store/reports-due.ts";
import type { KnownState } from "./known-state.ts";
import { changesOf } from "./planned.ts";
import { readState } from "./state.ts";
import type { NewDecision } from "./suspicions.ts";

/** Outcome of writing decisions. */
export interface Decided {
  /** At least one decision was written. */
  written: boolean;
  /** Revisions whose builds are needed to confirm suspected changes. */
  suspected: ReadonlySet<string>;
  /** Revisions whose builds are cached to find creeping changes, the most useful first. */
  kept: readonly string[];
}

/** Writes all decisions that follow from the stored sessions, one file for each change. Idempotent. */
export async function writeDecisions(context: RunnerContext): Promise<Decided> {
  let written = false;
  for (;;) {
    const state = await readState(context, { allowBuild: false });
    const found = changesOf(state);
    if (!found) return { written, suspected: new Set(), kept: [] };
    if (found.findings.length === 0) {
      const needed = [...found.open.flatMap(({ programs }) => programs), ...found.creeping.flatMap(({ revisions }) => revisions)];
      return { written, suspected: new Set(needed), kept: found.kept };
    }
    written = true;
    await writeEach(context, found.findings, state);
  }
}

async function writeEach(context: RunnerContext, findings: readonly NewDecision[], { allDecisions }: KnownState): Promise<void> {
  const { results, account, config } = context;
  const decisions = [...allDecisions];
  for (const finding of findings) {
    const n = nextNumber(finding, decisions);
    const decision: Decision = { ...finding, schema: 1, n, host: config.host, written: new Date().toISOString() };
    await writeDecision(results.root, account, decision);
    decisions.push(decision);
    await noteReportsDue();
    context.log(decisionText(decision));
  }
}

function decisionText(decision: Decision): string {
  const { benchmark, found, outcome, direction, change, firstBad, lastGood, reason } = decision;
  const what =
    found === "creeping"
      ? `creeping: ${benchmark} ${direction} from ${lastGood.slice(0, 12)} to ${firstBad.slice(0, 12)}`
      : `${benchmark} ${direction} at ${firstBad.slice(0, 12)}`;
  if (outcome === "drifted") return `${benchmark} at ${firstBad.slice(0, 12)}: drift of the machine, not a change of the code`;
  return `${what}: ${outcome === "creeping" ? "confirmed" : outcome}${change ? `, ${shiftText(change.phi)}` : ""}${layoutsText(decision)}${reason === undefined ? "" : ` (${reason})`}`;
}
