import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { freemem } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { UserError } from "../config/user-error.ts";
import { writeAtomically } from "../runner/system/atomic.ts";
import { labAgent } from "./agent.ts";
import { boot, isRunning, kill, lastLines, processorSeconds, stop } from "./boot.ts";
import { labPaths } from "./cache.ts";
import { recordProcessor, recordStep } from "./costs.ts";
import { freeAddress, personalize, type Identity } from "./identity.ts";
import { imageLayers, loginOf, releases, type Release } from "./image.ts";
import { disks, makeTree, mountTree, removeTree, takeLayers, type Disk, type Layers, type Tree } from "./layers.ts";
import { needPrograms, needRoot } from "./machine.ts";
import { silent, type Log } from "./progress.ts";
import { shell } from "./shell.ts";
import { within } from "./within.ts";
import { shellWord } from "../runner/text/shell-word.ts";

/** A throwaway host: a Debian tree booted by systemd-nspawn, reached by ssh on a loopback address of its own. */
export interface Host extends Identity {
  /** Its ed25519 public key, `ssh-ed25519 AAAA…`. */
  hostKey: string;
  /** Its root file system, on this machine. */
  root: string;
  /** Read-only folders below its root file system. */
  layers: Layers;
  disk: Disk;
}

export interface HostOptions {
  name: string;
  release?: Release;
  /** A new host starts from this tree; from the release's bare image by default. */
  layers?: Layers;
  disk?: Disk;
  /** Make the host anew, whatever was there. */
  fresh?: boolean;
  log?: Log;
}

export interface SshOptions {
  /** Login: root, the one with passwordless sudo (`loginOf`), or an account made since; root by default, by way of sudo where it has no login. */
  user?: string;
  /** Standard input of the command. */
  input?: string;
}

export interface SshResult {
  stdout: string;
  stderr: string;
  /** 255 where ssh itself failed. */
  exitCode: number;
}

const state = z.object({
  name: z.string(),
  release: z.enum(releases),
  address: z.string(),
  port: z.number(),
  hostKey: z.string(),
  layers: z.array(z.string()),
  disk: z.enum(disks),
});

const bootSeconds = 90;
/** The host of that name, made if need be, running and answering ssh. Repeating it is harmless. */
export async function upHost(options: HostOptions): Promise<Host> {
  const { name, release = "trixie", fresh = false, log = silent } = options;
  needRoot();
  await needPrograms(["systemd-nspawn"], log);
  agentSocket = labAgent(log);
  await agentSocket;
  if (fresh) await removeHost(name);
  const host = (await findHost(name)) ?? (await makeHost({ ...options, release, log }));
  if (host.release !== release) {
    throw new UserError(`host ${name} is ${host.release}, not ${release}`, `remove it first: npm run lab -- down ${name} --remove`);
  }
  if (!(await isRunning(folderOf(name)))) {
    log(`booting ${name} (${release}) at ${host.address}:${host.port}`);
    await mountTree(treeOf(host));
    await recordStep("boot", () => boot(folderOf(name)));
  }
  await recordStep("boot", () => untilSshAnswers(host));
  await openConnection(host);
  recordProcessor(folderOf(name), () => processorSeconds(folderOf(name)));
  return host;
}

/** Run a shell command on a host, with the pinned host key and the lab's agent. Never throws for what the command does. */
export async function ssh(host: Host, command: string, options: SshOptions = {}): Promise<SshResult> {
  const run = shell({ nothrow: true, env: await sshEnvironment(), input: options.input ?? "" });
  const { user = "root" } = options;
  const connection = user === "root" ? openedConnection(host) : [];
  const [login, asUser] = user === "root" ? asRoot(host, command) : [user, command];
  const output = await run`ssh ${sshArguments(host)} ${connection} ${login}@${host.address} ${asUser}`;
  return { stdout: output.stdout, stderr: output.stderr, exitCode: output.exitCode ?? 255 };
}

/** The same, for a command that has to succeed. Returns its standard output. */
export async function sshOk(host: Host, command: string, options: SshOptions = {}): Promise<string> {
  const { stdout, stderr, exitCode } = await ssh(host, command, options);
  if (exitCode === 0) return stdout;
  throw new Error(`on ${host.name}: exit code ${exitCode} of: ${command}\n${stdout}${stderr}`);
}

/** Arguments of ssh that reach this very host by the lab's key and nobody else by any other. */
export function sshArguments(host: Host): string[] {
  const options = {
    BatchMode: "yes",
    // A login takes seconds where tests keep all processors busy.
    ConnectTimeout: "60",
    GlobalKnownHostsFile: "/dev/null",
    HostKeyAlgorithms: "ssh-ed25519",
    IdentitiesOnly: "yes",
    IdentityFile: labPaths.publicKey,
    LogLevel: "ERROR",
    StrictHostKeyChecking: "yes",
    UserKnownHostsFile: join(folderOf(host.name), "known_hosts"),
  };
  return ["-F", "none", "-p", String(host.port), ...Object.entries(options).map(([key, value]) => `-o${key}=${value}`)];
}

/** The login by which a command is run as root, and that command as it is run by this login. */
function asRoot({ release }: Host, command: string): [login: string, command: string] {
  return release === "ubuntu-like" ? [loginOf(release), `sudo -n bash -c ${shellWord(`cd; ${command}`)}`] : ["root", command];
}

/** Logs in as root once, for all commands until the host goes down: logging in takes longer than most of them. */
async function openConnection(host: Host): Promise<void> {
  const run = shell({ nothrow: true, env: await sshEnvironment(), stdio: "ignore" });
  const login = [...sshArguments(host), ...openedConnection(host), `${asRoot(host, "")[0]}@${host.address}`];
  if ((await run`ssh -O check ${login}`).exitCode === 0) return;
  await run`ssh -N -f -oControlMaster=yes ${login}`;
}

/** Arguments that use the connection that is open; ssh makes one of its own where none is. */
function openedConnection(host: Host): string[] {
  return ["-oControlMaster=no", `-oControlPath=${join(folderOf(host.name), "connection")}`];
}

/** The line of a known_hosts file that pins a host's key. */
export function knownHostsLine(host: Pick<Host, "address" | "port" | "hostKey">): string {
  return `[${host.address}]:${host.port} ${host.hostKey}`;
}

/** The environment for programs that log in to lab hosts: this process's own, with the lab's agent. */
export async function sshEnvironment(): Promise<NodeJS.ProcessEnv> {
  agentSocket ??= labAgent();
  return { ...process.env, SSH_AUTH_SOCK: await agentSocket };
}

/** Looked for once a process: every ssh command asks. */
let agentSocket: Promise<string> | undefined;

/** Power a host off; its tree stays. */
export async function downHost(name: string): Promise<void> {
  await stop(folderOf(name));
}

/** End a host and delete its tree. */
export async function removeHost(name: string): Promise<void> {
  await kill(folderOf(name));
  await removeTree(folderOf(name));
}

/** Power a host off and take its tree as layers for others. @param target a new folder, on the same file system. */
export async function takeHost(name: string, target: string): Promise<Layers> {
  const host = await findHost(name);
  if (!host) throw new Error(`there is no host ${name}`);
  await downHost(name);
  return takeLayers(treeOf(host), target);
}

/** Every host there is, running or not, by name. */
export async function listHosts(): Promise<(Host & { running: boolean })[]> {
  if (!existsSync(labPaths.hosts)) return [];
  const hosts: (Host & { running: boolean })[] = [];
  for (const name of (await readdir(labPaths.hosts)).sort()) {
    const host = await findHost(name);
    if (host) hosts.push({ ...host, running: await isRunning(folderOf(name)) });
  }
  return hosts;
}

/** The host of that name, running or not. One that another version of the lab made counts as none: it is made anew. */
export async function findHost(name: string): Promise<Host | undefined> {
  const file = join(folderOf(name), "state.json");
  if (!existsSync(file)) return undefined;
  const { data } = state.safeParse(JSON.parse(await readFile(file, "utf8")));
  return data && { ...data, root: join(folderOf(name), "root") };
}

async function makeHost({ name, release = "trixie", layers, disk = usualDisk(), log = silent }: HostOptions): Promise<Host> {
  const standsOn = layers ?? (await recordStep("image", () => imageLayers(release, log)));
  const folder = folderOf(name);
  // What a broken attempt left has no state file; what another version of the lab left may still run.
  await downHost(name);
  await removeTree(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { address, port } = await freeAddress(folder, new Set((await listHosts()).map((host) => host.address)));
  const root = join(folder, "root");
  await recordStep("copy", () => makeTree({ folder, layers: standsOn, disk }));
  const hostKey = await personalize(root, { name, address, port, release });
  const host = { name, release, address, port, hostKey, root, layers: [...standsOn], disk };
  await writeFile(join(folder, "known_hosts"), `${knownHostsLine(host)}\n`);
  // Last: a host is there when its state is.
  await writeAtomically(join(folder, "state.json"), `${JSON.stringify(state.parse(host), null, 2)}\n`);
  return host;
}

/** Bytes of memory that must be available for a host in memory. It writes one to two gigabytes, and four hosts run side by side. */
const memoryForHosts = 8e9;

/** Returns memory for a host of a test, which is removed at its end, if this machine has enough; it saves a tenth of the processor time. */
function usualDisk(): Disk {
  return process.env["VITEST_POOL_ID"] !== undefined && freemem() > memoryForHosts ? "memory" : "shared";
}

function treeOf({ name, layers, disk }: Host): Tree {
  return { folder: folderOf(name), layers, disk };
}

async function untilSshAnswers(host: Host): Promise<void> {
  const folder = folderOf(host.name);
  const answers = async (): Promise<boolean> => {
    if (!(await isRunning(folder))) throw new UserError(`host ${host.name} went down while booting`, await lastLines(folder));
    return (
      (await ssh(host, "timeout 60 systemctl is-system-running --wait >/dev/null; test -S /run/dbus/system_bus_socket")).exitCode === 0
    );
  };
  if (await within(bootSeconds, answers)) return;
  throw new UserError(
    `host ${host.name} does not answer ssh at ${host.address}:${host.port} after ${bootSeconds} s`,
    await lastLines(folder),
  );
}

function folderOf(name: string): string {
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) {
    throw new UserError(`${name} cannot be a host's name`, "use lower-case letters, digits and dashes, a letter first");
  }
  return join(labPaths.hosts, name);
}
