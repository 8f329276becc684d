import { userInfo } from "node:os";
import { join } from "node:path";
import { nearest } from "../../config/nearest.ts";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import type { Withdrawal } from "../model.ts";
import { noteReportsDue } from "../reports-due.ts";
import { minuteOf } from "../report/numbers.ts";
import type { Station } from "../station.ts";
import { bringBack, deletedSessions } from "../store/deleted-results.ts";
import { readResultText } from "../store/result-file.ts";
import { readWithdrawals, sessionIds, sessionPath } from "../store/sessions.ts";
import { writeWithdrawal } from "../store/withdrawals.ts";

export interface Withdrawing {
  sessions: readonly string[];
  /** Take the withdrawal back. */
  undo: boolean;
  why: string | undefined;
  /** Who decided it; the account that is logged in if not given. */
  by: string | undefined;
}

/**
 * Withdraw sessions, or let them count again. Nothing is written unless all of them are known. Only under the host's lock.
 * Returns what was done, a line each.
 * @throws UserError for a session that is not there, and without a reason.
 */
export async function withdraw(station: Station, { sessions, undo, why, by = operator() }: Withdrawing): Promise<string[]> {
  if (!undo && why === undefined) throw new UserError("a withdrawal needs a reason", "add --why TEXT: reports show it");
  const { withdrawn } = await readWithdrawals(station.results.root);
  const ids = sessions.map((name) => name.replace(/^.*\//, "").replace(/\.json$/, ""));
  const deleted = await deletedSessions(station.results.root, paths.deletedResults);
  for (const id of ids) await requireKnown(station, id, { undo, withdrawn, deleted });
  const said: string[] = [];
  for (const id of ids) {
    const known = withdrawn.get(id);
    if (!undo && known) {
      said.push(`${id} is withdrawn already: ${withdrawalText(known)}`);
      continue;
    }
    if (deleted.includes(id)) await bringBack(station.results, paths.deletedResults, id);
    if (known || !undo) {
      await writeWithdrawal(station.results.root, station.account, {
        written: new Date().toISOString(),
        host: station.config.host,
        by,
        what: { kind: "session", session: id },
        action: undo ? "restore" : "withdraw",
        why: why ?? "",
      });
    }
    await noteReportsDue();
    said.push(undo ? `${id} counts again` : `${id} is withdrawn; what it measured is owed again`);
  }
  return said;
}

/** `2026-11-02 10:00 UTC by ada on bench1: why` */
function withdrawalText({ written, by, host, why }: Withdrawal): string {
  return `${minuteOf(written)} by ${by} on ${host}: ${why}`;
}

interface Known {
  undo: boolean;
  withdrawn: ReadonlyMap<string, Withdrawal>;
  deleted: readonly string[];
}

async function requireKnown({ results }: Station, id: string, { undo, withdrawn, deleted }: Known): Promise<void> {
  if (withdrawn.has(id) || (undo && deleted.includes(id))) return;
  const isThere = readResultText(results.root, join(results.root, sessionPath(id).session)) !== undefined;
  if (isThere && !undo) return;
  if (isThere) throw new UserError(`${id} is not withdrawn`, "`evenkeel status` counts what is; reports/withdrawn.md lists it");
  const all = undo ? [...withdrawn.keys(), ...deleted] : await sessionIds(results.root);
  const meant = nearest(id, all);
  throw new UserError(`there is no session ${id}`, meant ? `did you mean ${meant}?` : "give the name of its file in runs/, without .json");
}

function operator(): string {
  return process.env["SUDO_USER"] ?? userInfo().username;
}
