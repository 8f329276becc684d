import type { Session } from "../model.ts";
import type { RunnerContext, Log } from "../runner-context.ts";
import { pendingFiles, publish } from "../store/publish.ts";
import { areReportsDue, noteReportsDue } from "../store/reports-due.ts";
import { sessionPath } from "../store/sessions.ts";
import { errorText } from "./error-text.ts";
import { changedState } from "./host-state.ts";
import { logPublished, publicationMessage } from "./publication.ts";

/**
 * Publishes the stored results that the results' remote lacks. Requires the host's lock.
 * @returns the problem if this host refuses the results branch.
 */
export async function publishResults(context: RunnerContext, logOnce: Log): Promise<string | undefined> {
  const { config, results, log } = context;
  const published = await publish(results, {
    branch: config.results.branch,
    author: config.git,
    message: publicationMessage({ target: config.target.name, host: config.host, ...(await pendingResults(context)) }),
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

type Pending = { sessions: Session[] } & Record<"scalingFactors" | "decisions" | "withdrawals", string[]>;

/** Returns the results that the last known state of the remote lacks. */
async function pendingResults({ config, results, stored }: RunnerContext): Promise<Pending> {
  // If git fails here, publishing reports it.
  const pending = new Set(await pendingFiles(results, config.results.branch).catch(() => []));
  if (pending.size === 0) return { sessions: [], scalingFactors: [], decisions: [], withdrawals: [] };
  const { sessions } = await stored.read();
  return {
    sessions: sessions.filter(({ id }) => pending.has(sessionPath(id).session)),
    scalingFactors: [...pending].filter((path) => path.startsWith("scaling/")),
    decisions: [...pending].filter((path) => path.startsWith("decisions/")),
    withdrawals: [...pending].filter((path) => path.startsWith("withdrawn/")),
  };
}
