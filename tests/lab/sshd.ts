import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
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

/** Starts a server on a port of its own: test files that run side by side have one each. */
export async function startSshd(): Promise<Sshd> {
  await needPrograms(["sshd", "ssh-agent"], silent);
  const port = await freePort();
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
  await reachable({ path: agentSocket }, agent);
  await reachable({ host, port }, server);
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
      for (const child of [server, agent]) await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Returns a port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function end(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const ended = once(child, "exit");
  child.kill();
  await ended;
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Waits until a process listens. @throws where it has ended, or does not listen within ten seconds. */
async function reachable(where: { path: string } | { host: string; port: number }, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    if (!isRunning(child)) throw new Error(`${child.spawnfile} ended before it listened at ${JSON.stringify(where)}`);
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
