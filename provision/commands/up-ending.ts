import { commandLine } from "../../config/command-line.ts";
import { keyPageOf } from "../../config/key-page.ts";
import type { Preflight } from "../../runner/resources/preflight.ts";

/** A host as it was found after an `up` that failed. */
export interface Seen {
  host: string;
  /** Reason that it could not be looked at, and the fix. */
  unreachable?: string;
  preflight?: Preflight;
}

/** Lines that an ending has at most: all of it fits a terminal. */
const mostLines = 25;

/**
 * The last lines of an `up` or a `preview` that failed: the deploy keys to add and where, what else is in the way, and the exact next command.
 * @param next that command.
 */
export function failedEnding(seen: readonly Seen[], next: string, failed: "up" | "preview" = "up"): string[] {
  const waiting = seen.filter(({ preflight }) => (preflight?.key?.refused ?? []).length > 0);
  const keys = waiting.flatMap(keyLines);
  const others = seen.flatMap(otherLines);
  const machineUser = needsMachineUser(waiting)
    ? ["GitHub takes a deploy key for one repository only: add this one to the account of a machine user that may use all of them."]
    : [];
  const first = waiting.length > 0 ? "The deploy key is not accepted yet." : `\`${failed}\` did not finish.`;
  const reasons = [...keys, ...machineUser, ...others];
  const said = reasons.length > 0 ? reasons : ["  The output above says why."];
  const room = mostLines - 4;
  const shown =
    said.length > room
      ? [...said.slice(0, room - 1), `  and ${said.length - room + 1} more lines: \`${commandLine("plan")}\` shows them`]
      : said;
  return ["", first, ...shown, "", `Then run: ${next}`];
}

/** The last lines of an `up` that succeeded. @param hosts with the command that logs in to each. */
export function succeededEnding(hosts: readonly { name: string; login: string }[], isPaused: boolean): string[] {
  const shown = hosts.slice(0, mostLines - 3);
  const more = hosts.length > shown.length ? [`  and ${hosts.length - shown.length} more`] : [];
  const what = isPaused
    ? "The schedule is paused (schedule.enabled is false)."
    : "Everything declared is applied. To see what a host does now:";
  return ["", what, ...shown.map(({ name, login }) => `  ${name}: ${login} evenkeel status`), ...more];
}

function keyLines({ host, preflight }: Seen): string[] {
  const { publicKey, refused } = preflight?.key ?? { publicKey: "", refused: [] };
  const pages = refused.map(({ url, isWritten, opens }) => {
    const access = isWritten ? (opens ? " (it may read: allow write access)" : " (allow write access)") : "";
    return `    ${keyPageOf(url)}${access}`;
  });
  return [`  Key of ${host}:`, "", publicKey, "", `  Add it to:`, ...pages];
}

/** Obstacles besides the key, a line each. */
function otherLines({ host, unreachable, preflight }: Seen): string[] {
  if (unreachable !== undefined) return [`  ${unreachable.replaceAll("\n", " ")}`];
  const obstacles = (preflight?.obstacles ?? []).filter((obstacle) => !obstacle.startsWith("the deploy key "));
  return obstacles.map((obstacle) => `  ${host}: ${obstacle.replaceAll(/\s+/g, " ")}`);
}

/** Whether a host's key is refused by more than one repository of GitHub. */
function needsMachineUser(waiting: readonly Seen[]): boolean {
  const pages = waiting.map(({ preflight }) => (preflight?.key?.refused ?? []).map(({ url }) => keyPageOf(url)));
  return pages.some((urls) => new Set(urls.filter((url) => url.startsWith("https://github.com/"))).size > 1);
}
