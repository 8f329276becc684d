import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import { describeSubject } from "../text/subjects.ts";
import { counted, minuteOf } from "../text/quantities.ts";
import { journalNames, removeJournal } from "../store/journal.ts";
import type { Resumption } from "../run/resuming.ts";
import { parseJournal, type JournalContents } from "../store/journal-contents.ts";
import { removeTree } from "../system/trees.ts";

/** Session that was begun and is not stored yet: a journal. */
export interface Unfinished {
  session: string;
  /** Text; empty if its journal cannot be read. */
  subject: string;
  reason: string;
  started: string;
  samples: { taken: number; planned: number };
  /** Benchmarks that the next run drops, or the reason that it does not resume the session; absent if it resumes all of it. */
  becomes?: Pick<Resumption, "without" | "obstacle">;
}

type Becomes = (contents: JournalContents) => Promise<Unfinished["becomes"]>;

/**
 * Returns the sessions whose journals are on this host, oldest first. Only reads, as one of them may be running.
 * @param becomes returns what the next run drops, or the reason that it does not resume.
 */
export async function unfinishedSessions(folder: string = paths.journal, becomes?: Becomes): Promise<Unfinished[]> {
  const names = await journalNames(folder);
  const found = await Promise.all(names.map(async (name) => unfinishedIn(folder, name, becomes)));
  return found.flat();
}

async function unfinishedIn(folder: string, name: string, becomes: Becomes | undefined): Promise<Unfinished[]> {
  const path = join(folder, name);
  const bytes = await readFile(path).catch(() => undefined);
  // It was stored after its name was read.
  if (!bytes) return [];
  const session = name.slice(0, -".jsonl".length);
  const read = parseJournal(path, bytes);
  if (read.kind !== "contents") return [{ session, subject: "", reason: "", started: "", samples: { taken: 0, planned: 0 } }];
  const { header, blocks } = read.contents;
  const taken = blocks.reduce((sum, { samples }) => sum + samples.length, 0);
  const planned = header.plan.reduce((sum, { samples }) => sum + samples, 0);
  const { reason, started } = header;
  const more = await becomes?.(read.contents);
  return [
    { session, subject: describeSubject(header.subject), reason, started, samples: { taken, planned }, ...(more && { becomes: more }) },
  ];
}

/** Returns the further course of an unfinished session as text. @param isRunning true if it is measured now. */
export function becomesText({ session, becomes }: Unfinished, isRunning: boolean): string {
  const without = becomes?.without === undefined ? "" : ` without some benchmarks (${becomes.without})`;
  if (isRunning) return `being measured${without}`;
  const next = becomes?.obstacle === undefined ? `resumes it${without}` : `stores its complete part: ${becomes.obstacle}`;
  return `the next run ${next}, \`evenkeel discard ${session}\` drops it`;
}

/** Returns `revision 0123456789ab (new), 35 of 80 samples, begun 2026-11-20 10:00 UTC`. */
export function unfinishedText({ session, subject, reason, started, samples }: Unfinished): string {
  if (subject === "") return `${session}, with an unreadable journal`;
  return `${subject} (${reason}), ${samples.taken} of ${counted(samples.planned, "sample")}, begun ${minuteOf(started)}`;
}

/**
 * Drops an unfinished session with all its samples. Its revision returns to the queue. Requires the host's lock.
 * @param session its id, or the beginning of it; optional if there is only one.
 * @throws UserError unless it names exactly one session.
 */
export async function discard(session: string | undefined, folder: string = paths.journal): Promise<Unfinished> {
  const all = await unfinishedSessions(folder);
  const exact = all.filter((one) => one.session === session);
  const named = exact.length > 0 ? exact : all.filter((one) => one.session.startsWith(session ?? ""));
  const [found, ...others] = named;
  const list = all.map((one) => `  ${one.session}: ${unfinishedText(one)}`).join("\n");
  if (all.length === 0) throw new UserError("there is no unfinished session", "`evenkeel status` lists unfinished sessions");
  if (!found) throw new UserError(`there is no unfinished session ${session}`, `write one of:\n${list}`);
  if (others.length > 0) throw new UserError(`${named.length} unfinished sessions match`, `write one of:\n${list}`);
  await removeJournal(join(folder, `${found.session}.jsonl`));
  await removeTree(join(paths.work, found.session));
  return found;
}
