import { markName } from "./strays.ts";

/** A folder of the host as a sandboxed program sees it. */
export interface Mount {
  from: string;
  at: string;
  writable: boolean;
}

export interface Sandbox {
  /** Folders seen at their own paths, read-only: the interpreter, the venv, installed packages. */
  readOnly: readonly string[];
  mounts: readonly Mount[];
  /** Working directory inside. */
  cwd: string;
  network: boolean;
  limits: Limits;
  /** All variables that the program starts with. */
  environment: Readonly<Record<string, string>>;
}

/** Limits of untrusted code: memory and file size of one process, processes of all. Memory of all is the control group's limit. */
export interface Limits {
  memoryBytes: number;
  processes: number;
  /** Of one file; whoever starts the sandbox watches the disk for all of them. */
  diskBytes: number;
}

/**
 * Limits of small programs of the distribution, which only look. The kernel counts an account's processes on the whole machine, whatever sandbox they are in:
 * a low number would stop these for what others run.
 */
export const limitsToLook: Limits = { memoryBytes: 1e9, processes: 1024, diskBytes: 1e6 };

/** Descriptor on which bwrap reports the sandbox: its first process, and how its program ended (JSON, a line each). */
export const statusDescriptor = 4;

/** By their full paths: what a sandbox is started with must not be looked up where others can install programs. */
const prlimit = "/usr/bin/prlimit";
const bwrap = "/usr/bin/bwrap";

/** Folders of the distribution; on merged systems all but /usr are links into it. */
const system = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];
const settings = ["passwd", "group", "nsswitch.conf", "localtime", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives"];
/** pip wants certificates even where it has no network. */
const certificates = ["ssl/certs", "ssl/openssl.cnf", "ca-certificates"];
const networkSettings = ["resolv.conf", "hosts", "gai.conf", "pip.conf"];
const temporaryBytes = 1 << 30;
const sharedBytes = 1 << 28;

/**
 * Returns the command that an account runs a program with where it sees nothing of the host but the distribution, what it is given, and
 * itself: no home, no /run, no other process, no network unless asked for. All that it started ends with it, and it ends with the runner.
 */
export function inSandbox(sandbox: Sandbox, command: readonly string[]): [string, ...string[]] {
  return sandboxCommand(["--unshare-user", "--cap-drop", "ALL"], sandbox, command);
}

/**
 * Returns the command that runs the sampler, for the root of a user namespace that has the account of samples too: the same sandbox in that
 * namespace. The sampler keeps the rights to become another account and to end its processes, and no others. What it becomes can neither read,
 * trace nor signal it.
 */
export function inSamplerSandbox(sandbox: Sandbox, sampler: readonly string[]): [string, ...string[]] {
  const rights = ["CAP_SETUID", "CAP_SETGID", "CAP_KILL"].flatMap((right) => ["--cap-add", right]);
  return sandboxCommand(["--cap-drop", "ALL", ...rights], sandbox, sampler);
}

function sandboxCommand(rights: readonly string[], sandbox: Sandbox, command: readonly string[]): [string, ...string[]] {
  const { readOnly, mounts, cwd, network, limits, environment } = sandbox;
  const readable = [...settings, ...certificates, ...(network ? networkSettings : [])].map((name) => `/etc/${name}`);
  const options = [
    ...rights,
    ...words("--unshare-ipc --unshare-pid --unshare-uts --unshare-cgroup-try"),
    ...(network ? [] : ["--unshare-net"]),
    ...words("--new-session --die-with-parent --hostname sandbox"),
    ...words(`--json-status-fd ${statusDescriptor} --proc /proc --dev /dev`),
    ...words(`--perms 1777 --size ${temporaryBytes} --tmpfs /tmp`),
    ...words(`--perms 1777 --size ${sharedBytes} --tmpfs /dev/shm`),
    // bwrap makes folders above a mount for the first account of the sandbox alone.
    ...foldersAbove([...readable, ...readOnly, ...mounts.map(({ at }) => at)]).flatMap((path) => ["--perms", "0755", "--dir", path]),
    ...[...system, ...readable].flatMap((path) => ["--ro-bind-try", path, path]),
    ...readOnly.flatMap((path) => ["--ro-bind", path, path]),
    ...mounts.flatMap(({ from, at, writable }) => [writable ? "--bind" : "--ro-bind", from, at]),
    // Both lie in memory, and would grow without a limit.
    ...words("--remount-ro /dev --remount-ro /"),
    "--clearenv",
    ...Object.entries({ ...environment, [markName]: "1" }).flatMap(([name, value]) => ["--setenv", name, value]),
    "--chdir",
    cwd,
  ];
  const { memoryBytes, processes, diskBytes } = limits;
  const limited = [prlimit, `--data=${memoryBytes}`, `--nproc=${processes}`, `--fsize=${diskBytes}`, "--core=0", "--"] as const;
  return [...limited, bwrap, ...options, "--", ...command];
}

/** All folders above these paths but the root, parents first. */
function foldersAbove(paths: readonly string[]): string[] {
  const folders = paths.flatMap((path) => {
    const names = path.split("/").slice(1, -1);
    return names.map((_, depth) => `/${names.slice(0, depth + 1).join("/")}`);
  });
  return [...new Set(folders)].sort();
}

function words(options: string): string[] {
  return options.split(" ");
}
