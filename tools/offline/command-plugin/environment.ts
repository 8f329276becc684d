import type { Client } from "ssh2";
import { runRemote } from "./remote-command.ts";

/**
 * Returns the names of variables that the host's sshd rejects, by its AcceptEnv. It runs an extra command, as the SSH library does not
 * report whether the server accepted a variable.
 */
export async function refusedVariables(client: Client, environment: Record<string, string>): Promise<string[]> {
  const names = Object.keys(environment);
  if (names.length === 0) return [];
  const { stdout } = await runRemote(client, { command: "env -0", environment });
  const seen = new Set(stdout.split("\0"));
  return names.filter((name) => !seen.has(`${name}=${environment[name]}`));
}

/** Returns the official plugin's message about a variable that sshd rejects. */
export function refusal(name: string): string {
  return (
    `Unable to set '${name}'. This only works if your SSH server is configured to accept\n` +
    "these variables via AcceptEnv. Alternatively, if a Bash-like shell runs the command on the remote host, you could\n" +
    "prefix the command itself with the variables in the form 'VAR=value command'"
  );
}
