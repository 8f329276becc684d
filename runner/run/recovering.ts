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
 * Cleans up after killed runs: tuning, processes, half-written files, an unfinished publication, journals. Returns the sessions that can be
 * resumed, and stores the complete parts of the others.
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

/** Returns the journals that can be resumed, and stores the others. */
async function sortJournals(context: RunnerContext): Promise<{ resumable: JournalContents[]; areSomeStored: boolean }> {
  const { journals, damaged } = await readJournals(paths.journal);
  for (const { path, problem } of damaged) context.log(`moved a damaged journal aside: ${path}: ${problem}`);
  const resumable: JournalContents[] = [];
  for (const journal of journals) {
    const obstacle = await obstacleToResuming(journal, context);
    if (obstacle === undefined) resumable.push(journal);
    else {
      context.log(`${describeSubject(journal.header.subject)}: ${obstacle}; storing the complete part of ${journal.header.id}`);
      await storeSession(journal, context);
    }
  }
  return { resumable, areSomeStored: resumable.length < journals.length };
}
