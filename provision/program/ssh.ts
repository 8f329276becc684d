import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { HostEntry } from "../../config/schema.ts";

/** Returns the prefix of commands that run as root: `sudo -n `, or empty if the login is root. */
export function asRootPrefix(host: HostEntry): string {
  return host.user === "root" ? "" : "sudo -n ";
}

export interface Answer {
  /** Exit code of the command; 255 if ssh failed; null after a signal. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Returns options that use only the agent's keys, or the one that `identity` names. The agent signs for a public key. */
async function identityOptions({ identity }: HostEntry, folder: string): Promise<string[]> {
  if (identity === undefined) return ["IdentityFile=none"];
  const file = join(folder, "identity.pub");
  await writeFile(file, `${identity}\n`, { mode: 0o600 });
  return ["IdentitiesOnly=yes", `IdentityFile=${file}`];
}

/** Runs a command on a host by ssh. Uses only the agent's keys and the pinned host key, and ignores the admin's ssh configuration. */
export async function ssh(host: HostEntry, command: string, input: string): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-"));
  try {
    const knownHosts = join(folder, "known_hosts");
    const name = host.port === 22 ? host.address : `[${host.address}]:${host.port}`;
    await writeFile(knownHosts, `${name} ${host.hostKey}\n`);
    const options = [
      ...(await identityOptions(host, folder)),
      "BatchMode=yes",
      "StrictHostKeyChecking=yes",
      `UserKnownHostsFile=${knownHosts}`,
      "GlobalKnownHostsFile=none",
      "ConnectTimeout=10",
    ];
    const child = spawn("ssh", [
      "-F",
      "none",
      "-T",
      ...options.flatMap((option) => ["-o", option]),
      "-p",
      String(host.port),
      `${host.user}@${host.address}`,
      command,
    ]);
    // The command may exit before it has read all input; its exit code shows the reason.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const exited = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
    const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    return { stdout, stderr, exitCode };
  } finally {
    await rm(folder, { recursive: true });
  }
}
