import { randomInt } from "node:crypto";
import { join } from "node:path";
import type { Account } from "../system/account.ts";
import type { Decision, ScalingFactor, ScalingFile, Withdrawal, Withdrawn } from "../model.ts";
import { canonicalJson } from "./canonical.ts";
import { writeOnce } from "./sessions.ts";

/**
 * Writes an operator's withdrawal or restoration of a session or benchmark to a separate file, so that hosts never write the same one.
 * @throws UserError as `writeSession` does.
 */
export async function writeWithdrawal(
  resultsRoot: string,
  account: Account,
  withdrawal: Omit<Withdrawal, "schema" | "id">,
): Promise<Withdrawal> {
  const time = withdrawal.written.replace(/[-:]|\.\d+/g, "");
  const id = [time, withdrawal.host, String(randomInt(10_000)).padStart(4, "0")].join("-");
  const file: Withdrawal = { schema: 1, id, ...withdrawal };
  await writeOnce(resultsRoot, account, join("withdrawn", `${id}.json`), canonicalJson(file));
  return file;
}

/** Returns the withdrawals in effect, oldest first. */
export function allWithdrawn({ sessions, benchmarks }: Withdrawn): Withdrawal[] {
  return [...sessions.values(), ...benchmarks.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Returns false for a decision that used a withdrawn session, or a withdrawn value of its benchmark. A later decision did not use it. */
export function standsWithout({ benchmark, written, ...decision }: Decision, withdrawn: Withdrawn): boolean {
  const sessions = [...decision.sessions, ...(decision.layouts?.sessions ?? [])];
  const ofBenchmark = withdrawn.benchmarks.get(benchmark)?.written;
  // A host that did not know of the withdrawal may have decided later, using earlier sessions.
  if (ofBenchmark !== undefined && (written <= ofBenchmark || sessions.some((id) => isBefore(id, ofBenchmark)))) return false;
  return sessions.every((id) => {
    const withdrawal = withdrawn.sessions.get(id);
    return !withdrawal || written > withdrawal.written;
  });
}

/**
 * Omits scaling factors that used a withdrawn session, and those of withdrawn benchmarks. Their bridges are computed again, or completed by
 * another session.
 */
export function withoutWithdrawnScalingFactors(files: readonly ScalingFile[], { sessions, benchmarks }: Withdrawn): ScalingFile[] {
  const parts = [...sessions].flatMap(([session, { written }]) => partOf(session, written) ?? []);
  return files.flatMap((file) => {
    const bogus = parts.filter(({ started, until }) => started < file.written && file.written < until);
    const scalingFactors = file.scalingFactors.filter(
      (scalingFactor) =>
        file.written > (benchmarks.get(scalingFactor.benchmark)?.written ?? "") &&
        !bogus.some(({ subject }) => usesSubject(scalingFactor, subject)),
    );
    return scalingFactors.length > 0 ? [{ ...file, scalingFactors }] : [];
  });
}

/** Returns true if a session began before a time, according to its name. */
function isBefore(session: string, time: string): boolean {
  const part = partOf(session, time);
  return part !== undefined && part.started < time;
}

/** Parses a withdrawn session's name: its start, and 12 digits of its revision or `baseline`. */
function partOf(session: string, until: string): { started: string; until: string; subject: string } | undefined {
  const [, date, time, subject] = /^(\d{8})T(\d{6})Z-.*-([0-9a-f]{12}|baseline)-\w{1,8}-[a-z-]+-\d{4}$/.exec(session) ?? [];
  if (date === undefined || time === undefined || subject === undefined) return undefined;
  const started = `${date.replace(/(....)(..)(..)/, "$1-$2-$3")}T${time.replace(/(..)(..)(..)/, "$1:$2:$3")}.000Z`;
  return { started, until, subject };
}

function usesSubject({ variant, revisions }: ScalingFactor, subject: string): boolean {
  return subject === "baseline" ? variant === "interpreted" : revisions.some((revision) => revision.startsWith(subject));
}
