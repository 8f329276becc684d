import type { RunnerContext, Log } from "../runner-context.ts";
import { publish } from "../store/publish.ts";
import { areReportsDue, noteReportsDue } from "../store/reports-due.ts";
import { sessionPath } from "../store/sessions.ts";
import { errorText } from "./error-text.ts";
import { changedState } from "./host-state.ts";
import { logPublished, publicationMessage, type NewResults } from "./publication.ts";

/**
 * Publishes the stored results that the results' remote lacks. Requires the host's lock.
 * @returns the problem if this host refuses the results branch.
 */
export async function publishResults(context: RunnerContext, logOnce: Log): Promise<string | undefined> {
  const { config, results, log } = context;
  const published = await publish(results, {
    branch: config.results.branch,
    author: config.git,
    message: async (files) => publicationMessage({ target: config.target.name, host: config.host, ...(await resultsIn(files, context)) }),
    state: await stateToPublish(context),
  });
  await context.problems.note({ kind: "publish", about: config.results.branch }, published.published ? undefined : published);
  if (!published.published) {
    const problem = `not published; the next run will retry: ${published.reason} (${published.hint})`;
    logOnce(problem);
    return published.isRefused ? problem : undefined;
  }
  if (published.deleted.length > 0 || published.taken.some((path) => path.startsWith("withdrawn/"))) await noteReportsDue();
  logPublished(published, { log, logOnce });
  return undefined;
}

/** Returns this host's state if it changed since it was published. It goes into the commit of the results that changed it. */
async function stateToPublish(context: RunnerContext): ReturnType<typeof changedState> {
  try {
    return (await areReportsDue(context.config.results)) ? await changedState(context) : undefined;
  } catch (error) {
    const reason = errorText(error);
    if (reason === undefined) throw error;
    context.log(`state of this host not published: ${reason}`);
    return undefined;
  }
}

/** Returns the results that new files hold. */
async function resultsIn(files: readonly string[], { stored }: RunnerContext): Promise<NewResults> {
  const isNew = new Set(files);
  const { sessions } = files.some((path) => path.startsWith("runs/")) ? await stored.read() : { sessions: [] };
  return {
    sessions: sessions.filter(({ id }) => isNew.has(sessionPath(id).session)),
    scalingFactors: files.filter((path) => path.startsWith("scaling/")),
    decisions: files.filter((path) => path.startsWith("decisions/")),
    withdrawals: files.filter((path) => path.startsWith("withdrawn/")),
  };
}
