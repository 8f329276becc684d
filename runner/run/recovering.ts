import { paths } from "../../config/paths.ts";
import type { RunnerContext } from "../runner-context.ts";
import type { JournalContents } from "../store/journal-contents.ts";
import { readJournals } from "../store/journal.ts";
import { finishPublish } from "../store/publish.ts";
import { endStrays } from "../system/strays.ts";
import { describeSubject } from "../text/subjects.ts";
import { storeSession } from "./storing.ts";
import { removeHalfWritten, removeLeftovers } from "./leftovers.ts";
import { publishResults } from "./publishing.ts";
import { obstacleToResuming } from "./resuming.ts";
import type { RunOptions } from "./run-options.ts";
import { restoreMachine } from "./tuned.ts";

/**
 * Puts in order what killed runs left: the machine's tuning, processes, half-written files, a half-done publish, journals. Returns the sessions that can be
 * gone on with; the others are stored as far as they got.
 */
export async function recover(context: RunnerContext, { publish }: Pick<RunOptions, "publish">): Promise<JournalContents[]> {
  await restoreMachine(context);
  const { account, sandboxAccount, samplerAccount } = context;
  for (const one of [account, sandboxAccount, samplerAccount]) await endStrays(one);
  await removeHalfWritten(context.results);
  const finished = await finishPublish(context.results, context.config.results.branch);
  if (!finished.published) context.log(`${finished.reason} (${finished.hint})`);
  const { resumable, areSomeStored } = await sortJournals(context);
  await removeLeftovers();
  if (areSomeStored && publish) await publishResults(context, context.log);
  return resumable;
}

/** Stores the journals that cannot be gone on with. */
async function sortJournals(context: RunnerContext): Promise<{ resumable: JournalContents[]; areSomeStored: boolean }> {
  const { journals, damaged } = await readJournals(paths.journal);
  for (const { path, problem } of damaged) context.log(`a damaged journal was moved aside: ${path}: ${problem}`);
  const resumable: JournalContents[] = [];
  for (const journal of journals) {
    const obstacle = await obstacleToResuming(journal, context);
    if (obstacle === undefined) resumable.push(journal);
    else {
      context.log(`${describeSubject(journal.header.subject)}: ${obstacle}; storing what is complete of ${journal.header.id}`);
      await storeSession(journal, context);
    }
  }
  return { resumable, areSomeStored: resumable.length < journals.length };
}
