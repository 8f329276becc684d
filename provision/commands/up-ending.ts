import { commandLine } from "../../config/command-line.ts";
import { keyPageOf } from "../../config/key-page.ts";
import type { Preflight } from "../../runner/resources/preflight.ts";

/** State of a host after a failed `up`. */
export interface Seen {
  host: string;
  /** Reason that it could not be inspected, and the fix. */
  unreachable?: string;
  preflight?: Preflight;
}

/** Maximum number of lines of an ending, so that it fits a terminal. */
const mostLines = 25;

/**
 * Returns the last lines of a failed `up` or `preview`: deploy keys with the pages to add them to, other obstacles, and the next command.
 * @param next the exact next command.
 */
export function failedEnding(seen: readonly Seen[], next: string, failed: "up" | "preview" = "up"): string[] {
  const waiting = seen.filter(({ preflight }) => (preflight?.key?.refused ?? []).length > 0);
  const keys = waiting.flatMap(keyLines);
  const others = seen.flatMap(otherLines);
  const machineUser = needsMachineUser(waiting)
    ? ["GitHub accepts a deploy key for one repository only: add it to the account of a machine user with access to all of them."]
    : [];
  const first = waiting.length > 0 ? "The deploy key is not accepted yet." : `\`${failed}\` did not finish.`;
  const reasons = [...keys, ...machineUser, ...others];
  const lines = reasons.length > 0 ? reasons : ["  See the error in the output above."];
  const room = mostLines - 4;
  const shown =
    lines.length > room
      ? [...lines.slice(0, room - 1), `  and ${lines.length - room + 1} more lines: \`${commandLine("plan")}\` shows them`]
      : lines;
  return ["", first, ...shown, "", `Then run: ${next}`];
}

/** Returns the last lines of a successful `up`. @param hosts host names with the commands that log in. */
export function succeededEnding(hosts: readonly { name: string; login: string }[], isPaused: boolean): string[] {
  const shown = hosts.slice(0, mostLines - 3);
  const more = hosts.length > shown.length ? [`  and ${hosts.length - shown.length} more`] : [];
  const what = isPaused
    ? "The schedule is paused (schedule.enabled is false)."
    : "Everything declared is applied. Show what a host does now:";
  return ["", what, ...shown.map(({ name, login }) => `  ${name}: ${login} evenkeel status`), ...more];
}

function keyLines({ host, preflight }: Seen): string[] {
  const { publicKey, refused } = preflight?.key ?? { publicKey: "", refused: [] };
  const pages = refused.map(({ url, isWritten, opens }) => {
    const access = isWritten ? (opens ? " (the key can only read: allow write access)" : " (allow write access)") : "";
    return `    ${keyPageOf(url)}${access}`;
  });
  return [`  Key of ${host}:`, "", publicKey, "", `  Add it to:`, ...pages];
}

/** Returns the obstacles besides the key, a line each. */
function otherLines({ host, unreachable, preflight }: Seen): string[] {
  if (unreachable !== undefined) return [`  ${unreachable.replaceAll("\n", " ")}`];
  const obstacles = (preflight?.obstacles ?? []).filter((obstacle) => !obstacle.startsWith("the deploy key "));
  return obstacles.map((obstacle) => `  ${host}: ${obstacle.replaceAll(/\s+/g, " ")}`);
}

/** Returns whether more than one GitHub repository rejects a host's key. */
function needsMachineUser(waiting: readonly Seen[]): boolean {
  const pages = waiting.map(({ preflight }) => (preflight?.key?.refused ?? []).map(({ url }) => keyPageOf(url)));
  return pages.some((urls) => new Set(urls.filter((url) => url.startsWith("https://github.com/"))).size > 1);
}
