import { realpath } from "node:fs/promises";
import { basename } from "node:path";
import { paths } from "../config/paths.ts";
import { expectsConstant } from "./measure/credibility.ts";
import type { HostState } from "./model.ts";
import { pauseText, readHold } from "./operate/hold.ts";
import { inOneLine } from "./plain-text.ts";
import { unlistedHere } from "./plan/listing-text.ts";
import { presentHere } from "./plan/listing.ts";
import { plan } from "./plan/queue.ts";
import { firstParentHistory, resolveRevision, resolveSince } from "./plan/revisions.ts";
import { withoutSlow } from "./plan/slow.ts";
import { noteReportsDue } from "./reports-due.ts";
import type { Station } from "./station.ts";
import { hostStateFile, isSameState, readHostStates } from "./store/host-states.ts";

/** Returns what this host says of itself in the reports, as of now. @throws UserError where the target lacks its branch or `since`. */
async function stateHere(station: Station): Promise<HostState> {
  const { config, environment, target, blocked } = station;
  const since = await resolveSince(target, config.target.since);
  const { history, wanted } = await firstParentHistory(target, { branch: config.target.branch, since, paths: config.target.paths });
  const { sessions } = await station.stored.read();
  const items = plan({
    history,
    wanted,
    sessions,
    host: config.host,
    ...(await presentHere(station, { mayAsk: false })),
    today: new Date().toISOString().slice(0, 10),
    without: withoutSlow(history, config.measure.slow),
  });
  const measured = sessions.flatMap(({ host, benchmarks }) => (host === config.host ? Object.keys(benchmarks) : []));
  const constant = [...new Set(measured)].filter((name) => expectsConstant(name, config.measure.expect)).sort();
  const unlisted = await unlistedHere();
  const paused = pauseText(config.schedule, await readHold());
  return {
    schema: 1,
    host: config.host,
    written: new Date().toISOString(),
    program: basename(await realpath(paths.current)),
    environment,
    target: {
      name: inOneLine(config.target.name),
      ...(config.target.web && { web: config.target.web }),
      since,
      tip: await resolveRevision(target, config.target.branch),
    },
    waiting: items.filter(({ subject }) => subject.kind === "revision").length,
    ...(constant.length > 0 && { constant }),
    ...(paused !== undefined && { paused: inOneLine(paused) }),
    ...(blocked !== undefined && { blocked: inOneLine(blocked) }),
    ...(unlisted.length > 0 && { unlisted: unlisted.map(inOneLine) }),
  };
}

/** Returns this host's state as it is in the results; undefined where it has none there. */
async function storedState({ config, results }: Station): Promise<HostState | undefined> {
  return (await readHostStates(results.root)).states.find(({ host }) => host === config.host);
}

/** Returns the file of this host's state, where it is not as the results have it. @throws UserError where the target lacks its branch or `since`. */
export async function changedState(station: Station): Promise<{ path: string; text: string } | undefined> {
  const [now, stored] = [await stateHere(station), await storedState(station)];
  return stored && isSameState(now, stored) ? undefined : hostStateFile(now);
}

/** Returns the states of all hosts as they are published, this one's as of now. */
export async function statesNow(station: Station): Promise<HostState[]> {
  const [now, { states }] = [await stateHere(station), await readHostStates(station.results.root)];
  const stored = states.find(({ host }) => host === now.host);
  return [...states.filter(({ host }) => host !== now.host), stored && isSameState(now, stored) ? stored : now];
}

/** Makes the reports due where they show something else as what keeps this host from measuring. */
export async function noteBlocked(station: Station): Promise<void> {
  if ((await storedState(station))?.blocked !== (station.blocked && inOneLine(station.blocked))) await noteReportsDue();
}
