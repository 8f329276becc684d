import type { Session } from "../model.ts";
import type { RunnerContext, Log } from "../runner-context.ts";
import { pendingFiles, publish } from "../store/publish.ts";
import { areReportsDue, noteReportsDue } from "../store/reports-due.ts";
import { sessionPath } from "../store/sessions.ts";
import { errorText } from "./error-text.ts";
import { changedState } from "./host-state.ts";
import { publicationMessage, tellPublished } from "./publication.ts";

/** Bring what is stored here to the results' remote, if it lacks anything. Only under the host's lock. */
export async function publishResults(context: RunnerContext, tell: Log): Promise<string | undefined> {
  const { config, results, log } = context;
  const published = await publish(results, {
    branch: config.results.branch,
    author: config.git,
    message: publicationMessage({ target: config.target.name, host: config.host, ...(await pendingResults(context)) }),
    state: await stateToPublish(context),
  });
  await context.problems.note({ kind: "publish", about: config.results.branch }, published.published ? undefined : published);
  if (!published.published) {
    const problem = `not published, kept for the next run: ${published.reason} (${published.hint})`;
    tell(problem);
    return published.isRefused ? problem : undefined;
  }
  if (published.deleted.length > 0 || published.taken.some((path) => path.startsWith("withdrawn/"))) await noteReportsDue();
  tellPublished(published, { log, tell });
  return undefined;
}

/** This host's state, where it changed since it was published: along with the results that changed it. */
async function stateToPublish(context: RunnerContext): ReturnType<typeof changedState> {
  try {
    return (await areReportsDue(context.config.results)) ? await changedState(context) : undefined;
  } catch (error) {
    const why = errorText(error);
    if (why === undefined) throw error;
    context.log(`state of this host not published: ${why}`);
    return undefined;
  }
}

type Pending = { sessions: Session[] } & Record<"scalingFactors" | "decisions" | "withdrawals", string[]>;

/** What is not on the remote, as far as known without asking it. */
async function pendingResults({ config, results, stored }: RunnerContext): Promise<Pending> {
  // Where git does not work here, publishing tells it.
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
