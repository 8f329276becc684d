import { commandLine } from "../../config/command-line.ts";
/** Home of an account that has none. */
export const noHome = "/nonexistent";

/** Paths in /etc/passwd of accounts that have no home of their own. */
const placeholders = new Set([noHome, "/", "/dev/null", "/bin", "/usr/sbin", "/var/empty", ""]);

/** A folder of the account's, nothing, or something of others. */
export type HomeState = "own" | "missing" | "foreign";

interface Homes {
  name: string;
  /** As /etc/passwd has it. */
  present: string;
  /** As it was when this was last applied. */
  recorded: string | undefined;
  /** That of a new account; `noHome` for one that must have none. */
  declared: string;
}

/**
 * Decides which home an existing account has: its own, wherever that is, since keys and settings lie there. One that was recorded stays
 * as long as its folder is there; one that is no folder yet is made.
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
    problem: `${path}, which does not belong to it`,
    hint: `give that folder to ${name} (\`chown ${name}: ${path}\`), or write another account under user:; then run \`${commandLine("up")}\` again`,
  };
}
