import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { HostEntry } from "../../config/schema.ts";

/** `sudo -n ` where the login is not root. */
export function asRootPrefix(host: HostEntry): string {
  return host.user === "root" ? "" : "sudo -n ";
}

export interface Answer {
  /** 255 where ssh itself failed. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** The agent's keys alone, or the named one of them: ssh asks the agent to sign for a public key. */
async function identityOptions({ identity }: HostEntry, folder: string): Promise<string[]> {
  if (identity === undefined) return ["IdentityFile=none"];
  const file = join(folder, "identity.pub");
  await writeFile(file, `${identity}\n`, { mode: 0o600 });
  return ["IdentitiesOnly=yes", `IdentityFile=${file}`];
}

/** Only the agent's keys and the pinned host key count: nothing of the admin's own ssh configuration. */
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
    // The remote side may end before it has read everything; its exit code then says why.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const exited = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
    const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    return { stdout, stderr, exitCode };
  } finally {
    await rm(folder, { recursive: true });
  }
}
