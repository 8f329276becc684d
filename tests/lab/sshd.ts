import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { $ } from "zx";
import { needPrograms } from "../../lab/machine.ts";
import { silent } from "../../lab/progress.ts";

/** An OpenSSH server on a loopback address, for tests that need no whole host: logs in as whoever runs the tests. */
export interface Sshd {
  folder: string;
  user: string;
  host: string;
  port: number;
  /** Public host keys as in authorized_keys. */
  ed25519: string;
  ecdsa: string;
  /** A key that is neither. */
  foreign: string;
  agentSocket: string;
  stop: () => Promise<void>;
}

const host = "127.0.0.79";
const port = 2279;

export async function startSshd(): Promise<Sshd> {
  await needPrograms(["sshd", "ssh-agent"], silent);
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-sshd-"));
  const path = (name: string) => join(folder, name);
  for (const [name, type] of [
    ["host", "ed25519"],
    ["hostec", "ecdsa"],
    ["login", "ed25519"],
  ] as const) {
    await $({ quiet: true })`ssh-keygen -q -t ${type} -N ${""} -C ${""} -f ${path(name)}`;
  }
  const configuration = [
    `ListenAddress ${host}`,
    `Port ${port}`,
    `HostKey ${path("hostec")}`,
    `HostKey ${path("host")}`,
    `AuthorizedKeysFile ${path("login.pub")}`,
    "PidFile none",
    "StrictModes no",
    "UsePAM no",
    "PermitRootLogin yes",
    "PasswordAuthentication no",
    "AcceptEnv ACCEPTED_*",
    "Subsystem sftp internal-sftp",
  ];
  await writeFile(path("sshd_config"), `${configuration.join("\n")}\n`);
  await mkdir("/run/sshd", { recursive: true });
  const agentSocket = path("agent.sock");
  const agent = spawn("ssh-agent", ["-D", "-a", agentSocket], { stdio: "ignore" });
  const server = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", path("sshd_config")], { stdio: "ignore" });
  await reachable({ path: agentSocket });
  await reachable({ host, port });
  await $({ quiet: true, env: { ...process.env, SSH_AUTH_SOCK: agentSocket } })`ssh-add -q ${path("login")}`;
  const key = async (name: string) => (await readFile(path(`${name}.pub`), "utf8")).trim();
  return {
    folder,
    user: userInfo().username,
    host,
    port,
    ed25519: await key("host"),
    ecdsa: await key("hostec"),
    foreign: await key("login"),
    agentSocket,
    async stop() {
      for (const child of [server, agent]) {
        const ended = once(child, "exit");
        child.kill();
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until something listens. */
async function reachable(where: { path: string } | { host: string; port: number }): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const socket = connect(where);
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      socket.destroy();
    }
  }
}
