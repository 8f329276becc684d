import { basename } from "node:path";
import { paths } from "../../config/paths.ts";
import type { Outcome, Session } from "../model.ts";
import { counted } from "../text/quantities.ts";
import type { Log } from "../runner-context.ts";
import type { Published } from "../store/remote.ts";

interface Publication extends NewResults {
  target: string;
  host: string;
}

/** Results that the remote lacks. */
export interface NewResults {
  sessions: readonly Session[];
  /** Paths of the scaling factors of finished bridges. */
  scalingFactors: readonly string[];
  /** Paths of the decisions on suspected changes. */
  decisions: readonly string[];
  /** Paths of the files that withdraw results, or undo that. */
  withdrawals: readonly string[];
}

/** Returns the message of a commit of results. Its title names the session, bridge or decision; several sessions get a line each. */
export function publicationMessage({ target, host, sessions, scalingFactors, decisions, withdrawals }: Publication): string {
  const imported = sessions.filter(({ reason }) => reason === "import").length;
  const measured = sessions.filter(({ reason }) => reason !== "import");
  if (imported > 0 && measured.length === 0) return `${target}: ${imported} sessions imported on ${host}`;
  const lines = measured.map((session) => `${describe(session, target)} on ${session.host}`);
  if (lines.length === 0 && scalingFactors[0] !== undefined) return `bridge ${basename(scalingFactors[0], ".json")} is finished on ${host}`;
  if (lines.length === 0 && decisions[0] !== undefined) return `change ${basename(decisions[0], ".json")} is decided on ${host}`;
  if (lines.length === 0 && withdrawals.length > 0) return `${counted(withdrawals.length, "withdrawal")} on ${host}`;
  const [only, ...others] = lines;
  if (only === undefined) return `Results of ${host}`;
  return others.length === 0 ? only : `${target}: ${lines.length} sessions on ${host}\n\n${lines.join("\n")}`;
}

/**
 * Logs the published files, those deleted on the remote, and those that differ there.
 * @param logs.logOnce receives messages that repeat until the operator acts.
 */
export function logPublished(
  { files, differing, deleted }: Extract<Published, { published: true }>,
  { log, logOnce }: Record<"log" | "logOnce", Log>,
): void {
  if (deleted.length > 0)
    log(
      `${counted(deleted.length, "file")} deleted on the results' remote: these results no longer count; copies are in ${paths.deletedResults}`,
    );
  if (files.length > 0) log(`published ${counted(files.length, "file")}`);
  if (differing.length > 0) logOnce(`not overwritten, as they differ on the results' remote: ${differing.join(", ")}`);
}

function describe({ subject, failure, benchmarks, reason }: Session, target: string): string {
  const what =
    subject.kind === "baseline"
      ? "baselines"
      : `${target} ${subject.revision.slice(0, 12)}${subject.kind === "layout" ? `, layout ${subject.layout}` : ""}`;
  if (failure) return `${what}: failed at ${failure.stage} (${reason})`;
  const all = Object.values(benchmarks).map((variants) => Object.values(variants));
  const failed = all.filter((outcomes) => outcomes.some(({ status }) => status === "failed")).length;
  return (
    [`${what}: ${counted(all.length, "benchmark")}`, ...reusedText(all), ...(failed > 0 ? [`${failed} failed`] : [])].join(", ") +
    ` (${reason})`
  );
}

/** Returns the number of benchmarks with reused results, and the revision that these are of; empty if there are none. */
function reusedText(benchmarks: readonly Outcome[][]): string[] {
  const same = benchmarks.flatMap((outcomes) => (outcomes.every(({ status }) => status === "reused") ? [outcomes] : []));
  const originals = new Set(same.flat().flatMap((outcome) => (outcome.status === "reused" ? [outcome.as] : [])));
  const [only, ...others] = originals;
  if (only === undefined) return [];
  return [`${same.length} the same program as ${others.length === 0 ? only.slice(0, 12) : "in neighbouring revisions"}`];
}
