import { join } from "node:path";
import { benchmarkFile } from "../text/benchmark-file.ts";
import type { Account } from "../system/account.ts";
import { decisionSchema } from "../formats/decision.ts";
import type { Decision } from "../model.ts";
import { canonicalJson } from "./canonical.ts";
import { jsonFiles, readAll, readWithdrawals, writeOnce, type Damaged } from "./sessions.ts";
import { standsWithout } from "./withdrawals.ts";

const folder = "decisions";

/**
 * Returns every decision that counts, sorted by file name. `voided` has the decisions with a withdrawn session, whose numbers stay in use.
 * Damaged files are returned as such.
 */
export async function readDecisions(resultsRoot: string): Promise<{ decisions: Decision[]; voided: Decision[]; damaged: Damaged[] }> {
  const { values, damaged } = await readAll(resultsRoot, (await jsonFiles(join(resultsRoot, folder))).sort(), decisionSchema, nameOf);
  const { withdrawn } = await readWithdrawals(resultsRoot);
  const decisions = values.filter((one) => standsWithout(one, withdrawn));
  return { decisions, voided: values.filter((one) => !decisions.includes(one)), damaged };
}

/** Writes a decision once. @throws UserError as `writeSession` does; RangeError if it is invalid. */
export async function writeDecision(resultsRoot: string, account: Account, decision: Decision): Promise<void> {
  const problem = decisionSchema.safeParse(decision).error?.issues[0]?.message;
  if (problem !== undefined) throw new RangeError(`invalid decision: ${problem}`);
  await writeOnce(resultsRoot, account, join(folder, `${nameOf(decision)}.json`), canonicalJson(decision));
}

/** Returns `<benchmark>-<rev12>-<env8>-<n>`. The environment is included because two may see one change and write at the same time. */
function nameOf({ n, ...decision }: NamedBy & { n: number }): string {
  return [...series(decision), n].join("-");
}

type NamedBy = Pick<Decision, "benchmark" | "firstBad" | "context">;

/** Returns the number of the next decision with that name. */
export function nextNumber(decision: NamedBy, known: readonly Decision[]): number {
  const name = series(decision).join("-");
  return 1 + Math.max(0, ...known.filter((one) => series(one).join("-") === name).map(({ n }) => n));
}

function series({ benchmark, firstBad, context }: NamedBy): string[] {
  return [benchmarkFile(benchmark), firstBad.slice(0, 12), context.environment.slice(0, 8)];
}
