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
}

/** What untrusted code may use: memory and file size of one process, processes of all; the rest is the control group's business. */
export interface Limits {
  memoryBytes: number;
  processes: number;
  /** Of one file; whoever starts the sandbox watches the disk for all of them. */
  diskBytes: number;
}

/** Folders of the distribution; on merged systems all but /usr are links into it. */
const system = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];
const settings = ["passwd", "group", "nsswitch.conf", "localtime", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives"];
const networkSettings = ["resolv.conf", "hosts", "gai.conf", "ssl", "ca-certificates", "pip.conf"];
const temporaryBytes = 1 << 30;
const sharedBytes = 1 << 28;

/**
 * The command that runs a program where it sees nothing of the host but the distribution, what it is given, and itself: no home, no /run, no
 * other process, no network unless it builds. Everything it started ends with it, and it ends with the runner.
 */
export function inSandbox(sandbox: Sandbox, command: readonly string[]): [string, ...string[]] {
  const { readOnly, mounts, cwd, network, limits } = sandbox;
  const readable = [...settings, ...(network ? networkSettings : [])].map((name) => `/etc/${name}`);
  const bwrap = [
    "--unshare-all",
    ...(network ? ["--share-net"] : []),
    "--new-session",
    "--die-with-parent",
    "--cap-drop ALL",
    "--hostname sandbox",
    "--proc /proc",
    "--dev /dev",
    `--size ${temporaryBytes} --tmpfs /tmp`,
    `--size ${sharedBytes} --tmpfs /dev/shm`,
  ].flatMap((option) => option.split(" "));
  bwrap.push(...[...system, ...readable].flatMap((path) => ["--ro-bind-try", path, path]));
  bwrap.push(...readOnly.flatMap((path) => ["--ro-bind", path, path]));
  bwrap.push(...mounts.flatMap(({ from, at, writable }) => [writable ? "--bind" : "--ro-bind", from, at]));
  // Both lie in memory, and would grow without a limit.
  bwrap.push("--remount-ro", "/dev", "--remount-ro", "/");
  bwrap.push("--chdir", cwd, "--", ...command);
  const { memoryBytes, processes, diskBytes } = limits;
  return ["prlimit", `--data=${memoryBytes}`, `--nproc=${processes}`, `--fsize=${diskBytes}`, "--core=0", "--", "bwrap", ...bwrap];
}
