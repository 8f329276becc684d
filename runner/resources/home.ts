import { commandLine } from "../../config/command-line.ts";
/** Home in /etc/passwd of an account without one. */
export const noHome = "/nonexistent";

/** Paths in /etc/passwd of accounts that have no home of their own. */
const placeholders = new Set([noHome, "/", "/dev/null", "/bin", "/usr/sbin", "/var/empty", ""]);

/** Owner of a path: the account itself, nobody since it is missing, or another account. */
export type HomeState = "own" | "missing" | "foreign";

interface Homes {
  name: string;
  /** Path in /etc/passwd. */
  present: string;
  /** Path at the last `apply`. */
  recorded: string | undefined;
  /** Home of a new account; `noHome` for an account that must have none. */
  declared: string;
}

/**
 * Decides on the home of an existing account. It keeps its own, wherever that is, since keys and settings are there.
 * A recorded home stays as long as its folder exists; a missing folder is created (`isToMake`).
 */
export function homeOf(
  { name, present, recorded, declared }: Homes,
  stateOf: (path: string) => HomeState,
): { path: string; isToMake: boolean } | { problem: string; hint: string } {
  if (declared === noHome) return { path: noHome, isToMake: false };
  const own = [recorded, present].find((path) => path !== undefined && stateOf(path) === "own");
  if (own !== undefined) return { path: own, isToMake: false };
  const path = placeholders.has(present) ? declared : present;
  const state = stateOf(path);
  if (state !== "foreign") return { path, isToMake: state === "missing" };
  return {
    problem: `${path}, which the account does not own`,
    hint: `give that folder to ${name} (\`chown ${name}: ${path}\`), or write another account under user:; then run \`${commandLine("up")}\` again`,
  };
}
