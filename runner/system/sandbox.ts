import { markName } from "./strays.ts";

/** A folder of the host, mounted into a sandbox. */
export interface Mount {
  from: string;
  at: string;
  writable: boolean;
}

export interface Sandbox {
  /** Folders mounted read-only at the same path: the interpreter, the venv, installed packages. */
  readOnly: readonly string[];
  mounts: readonly Mount[];
  /** Working directory inside. */
  cwd: string;
  network: boolean;
  limits: Limits;
  /** Complete environment of the program. */
  environment: Readonly<Record<string, string>>;
}

/** Limits of untrusted code: memory and file size per process, number of processes in total. The control group limits total memory. */
export interface Limits {
  memoryBytes: number;
  processes: number;
  /** Size of one file. The process that starts the sandbox watches the disk for all of them. */
  diskBytes: number;
}

/**
 * Limits of small read-only programs of the distribution. The kernel counts an account's processes on the whole machine, across sandboxes:
 * with a low number, other processes would block these.
 */
export const limitsToLook: Limits = { memoryBytes: 1e9, processes: 1024, diskBytes: 1e6 };

/** Descriptor on which bwrap reports the sandbox's first process and its program's exit code. JSON, one line each. */
export const statusDescriptor = 4;

/** Full paths, because the search path may have folders in which others can install programs. */
const prlimit = "/usr/bin/prlimit";
const bwrap = "/usr/bin/bwrap";

/** Folders of the distribution. On merged systems, all but /usr are links into it. */
const system = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];
const settings = ["passwd", "group", "nsswitch.conf", "localtime", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives"];
/** Certificates, which pip requires even without a network. */
const certificates = ["ssl/certs", "ssl/openssl.cnf", "ca-certificates"];
const networkSettings = ["resolv.conf", "hosts", "gai.conf", "pip.conf"];
const temporaryBytes = 1 << 30;
const sharedBytes = 1 << 28;

/**
 * Returns the command that runs a program in a sandbox. It sees only the distribution, its mounts and its own processes: no home, no /run,
 * and no network unless requested. Its child processes end with it, and it ends with the runner.
 */
export function inSandbox(sandbox: Sandbox, command: readonly string[]): [string, ...string[]] {
  return sandboxCommand(["--unshare-user", "--cap-drop", "ALL"], sandbox, command);
}

/**
 * Returns the command that runs the sampler, for the root of a user namespace that includes the account of samples. It is the same sandbox in
 * that namespace. The sampler keeps only the rights to become another account and to end its processes. Processes of that account can
 * neither read, trace nor signal the sampler.
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
    // bwrap would create parent folders of a mount with access for the sandbox's first account only.
    ...foldersAbove([...readable, ...readOnly, ...mounts.map(({ at }) => at)]).flatMap((path) => ["--perms", "0755", "--dir", path]),
    ...[...system, ...readable].flatMap((path) => ["--ro-bind-try", path, path]),
    ...readOnly.flatMap((path) => ["--ro-bind", path, path]),
    ...mounts.flatMap(({ from, at, writable }) => [writable ? "--bind" : "--ro-bind", from, at]),
    // Both are in memory and could grow without a limit.
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

/** Returns all parent folders of these paths except the root, parents first. */
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
