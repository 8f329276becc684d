import { git } from "../../system/git.ts";
import type { Session, SessionSamples } from "../../model.ts";
import { pauseText, readPause } from "../../run/pause.ts";
import { showRevision, type Commands, type Shown, type ShowInput, type ShownRevision } from "./show.ts";
import { unfinishedSessions } from "../unfinished.ts";
import { inOneLine } from "../../text/plain-text.ts";
import { knownNames, listingWarnings } from "../../queue/listing-text.ts";
import type { KnownState } from "../../queue/known-state.ts";
import { queueOf } from "../../queue/planned.ts";
import { resolveRevision } from "../../queue/revisions.ts";
import { readState } from "../../queue/state.ts";
import { withoutSlow } from "../../queue/slow.ts";
import { listedIn } from "../../run/reporting.ts";
import type { RunnerContext } from "../../runner-context.ts";
import { readSamples, readSession } from "../../store/sessions.ts";
import { commandWorkload } from "../../suites/command.ts";
import { allWithdrawn } from "../../store/withdrawals.ts";
import { standing } from "../../timeline/detection/readings.ts";
import { selected } from "../../timeline/selected.ts";
import { benchmarkTimelines } from "../../timeline/timeline.ts";

/**
 * Returns everything that this host knows of a revision. Only reads.
 * @param named commit, tag or branch of the target. @param benchmark the only one to show, with its samples.
 * @throws UserError for a revision or a benchmark that does not exist.
 */
export async function showHere(context: RunnerContext, named: string, benchmark: string | undefined): Promise<Shown> {
  const { config, target, results } = context;
  const { host, schedule } = config;
  const id = await resolveRevision(target, named);
  const state = await readState(context, { allowBuild: false });
  const sessions = await sessionsOf(context, state, id);
  const paused = pauseText(schedule, await readPause());
  return showRevision({
    revision: await revisionOf(context, id),
    host,
    branch: config.target.branch,
    ...historyOf(state, id),
    paths: config.target.paths,
    sessions,
    samples: benchmark === undefined ? new Map() : samplesOf(await samplesIn(results.root, sessions)),
    withdrawn: allWithdrawn(state.withdrawn).filter(({ what }) =>
      what.kind === "session" ? what.session.includes(`-${id.slice(0, 12)}-`) : what.benchmark === benchmark,
    ),
    environments: new Map([...state.environments, context.environment].map((one) => [one.id, one])),
    decisions: standing(state.decisions).filter((one) => one.host === host),
    queue: queueOf(state),
    problems: (await context.problems.read()).open,
    unfinished: await unfinishedSessions(),
    obstacles: [...(paused === undefined ? [] : [paused]), ...(await listingWarnings(config))],
    names: (await knownNames(config.suite)) ?? [],
    commands: commandsOf(context),
    benchmark,
  });
}

/** Returns all sessions of a revision, with their conditions, in the environment that they count for. */
async function sessionsOf({ results }: RunnerContext, { sessions }: KnownState, id: string): Promise<Session[]> {
  const own = sessions.filter(({ subject }) => subject.kind === "revision" && subject.revision === id);
  return Promise.all(
    own.map(async (session) => ({ ...session, ...(await readSession(results.root, session.id)), environment: session.environment })),
  );
}

/** Returns the samples of sessions; imported ones have none. */
async function samplesIn(root: string, sessions: readonly Session[]): Promise<SessionSamples[]> {
  const read = sessions.filter(({ reason }) => reason !== "import").map(({ id }) => readSamples(root, id));
  return (await Promise.allSettled(read)).flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

function samplesOf(samples: readonly SessionSamples[]): ShowInput["samples"] {
  return new Map(samples.map((one) => [one.id, one.samples]));
}

/** Returns the position of a revision in the history, and the timelines of this host. */
function historyOf(state: KnownState, id: string): Pick<ShowInput, "inHistory" | "timelines"> {
  const { config, environment, history, wanted, results, listing, scalingFactors } = state;
  const own = selected(results, ({ host }) => host === config.host);
  const listed = listing.benchmarks ?? listedIn(own.sessions, environment).benchmarks;
  const without = withoutSlow(history, config.measure.slow).get(id);
  return {
    timelines: benchmarkTimelines({ history, results: own, listed, currentEnvironment: environment, scalingFactors }),
    ...(without && { inHistory: { isWanted: wanted.has(id), without } }),
  };
}

function commandsOf({ config: { suite } }: RunnerContext): ReadonlyMap<string, Commands> {
  if (suite.adapter !== "command") return new Map();
  return new Map(
    suite.benchmarks.map(({ name, build, run, baseline }) => {
      return [name, { workload: commandWorkload({ name, build, run, baseline }), build, run, baseline }];
    }),
  );
}

async function revisionOf({ target }: RunnerContext, id: string): Promise<ShownRevision> {
  const shown = await git(target, ["show", "--no-patch", "--no-notes", "--format=%ct%x00%an%x00%s", id]);
  const [committed = "", author = "", title = ""] = shown.split("\0");
  return { id, committed: new Date(Number(committed) * 1000).toISOString(), author: inOneLine(author), title: inOneLine(title) };
}
