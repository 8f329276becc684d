import { paths } from "../../config/paths.ts";
import { counted } from "../text/quantities.ts";
import type { RunnerContext } from "../runner-context.ts";
import { readFindings } from "../store/findings.ts";
import { readHostStates } from "../store/host-states.ts";
import { damagedJournals } from "../store/journal.ts";
import { damagedDependencies, type Damaged } from "../store/sessions.ts";

/** Returns the damaged files: results, relative to their repository, and journals that were moved aside. */
export async function unreadFiles(
  { stored, results }: Pick<RunnerContext, "stored" | "results">,
  journal: string = paths.journal,
): Promise<Damaged[]> {
  const all = [
    ...(await stored.read()).damaged,
    ...(await readFindings(results.root)).damaged,
    ...(await readHostStates(results.root)).damaged,
    ...(await damagedDependencies(results.root)),
  ];
  return [
    ...all.map(({ path, problem }) => ({
      path: path.startsWith(`${results.root}/`) ? path.slice(results.root.length + 1) : path,
      problem,
    })),
    ...(await damagedJournals(journal)),
  ];
}

/** Files that the text names; the others are counted. */
const mostNamed = 5;

/** Returns the number of files, and the problems of the first ones: `2 files: runs/….json: is a link; …`. */
export function unreadText(unread: readonly Damaged[]): string {
  const named = unread.slice(0, mostNamed).map(({ path, problem }) => `${path}: ${problem}`);
  const more = unread.length > mostNamed ? [`and ${unread.length - mostNamed} more`] : [];
  return `${counted(unread.length, "file")}: ${[...named, ...more].join("; ")}`;
}

/** Records damaged files as a problem, which becomes an alert if it lasts. */
export async function noteUnread(
  context: Pick<RunnerContext, "stored" | "results" | "problems">,
  journal: string = paths.journal,
): Promise<void> {
  const unread = await unreadFiles(context, journal);
  const failure = unread.length > 0 ? { reason: unreadText(unread) } : undefined;
  await context.problems.note({ kind: "read", about: "results" }, failure);
}
