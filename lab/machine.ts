import { UserError } from "../config/user-error.ts";
import type { Log } from "./progress.ts";
import { shell } from "./shell.ts";

/** Programs the lab uses on this machine, and the Debian package each comes from. */
const packageOf = {
  mmdebstrap: "mmdebstrap",
  "systemd-nspawn": "systemd-container",
  ssh: "openssh-client",
  "ssh-agent": "openssh-client",
  sshd: "openssh-server",
  git: "git",
  python3: "python3",
  bwrap: "bubblewrap",
  chromium: "chromium",
} as const;

export type Program = keyof typeof packageOf;

/** Install by apt what is missing of `programs`; a no-op of milliseconds otherwise. */
export async function needPrograms(programs: readonly Program[], log: Log): Promise<void> {
  const missing: string[] = [];
  for (const program of programs) {
    if ((await shell({ nothrow: true })`command -v ${program}`).exitCode !== 0) missing.push(packageOf[program]);
  }
  await installPackages([...new Set(missing)], log);
}

/** Install packages by apt on this machine. */
export async function installPackages(packages: readonly string[], log: Log): Promise<void> {
  if (packages.length === 0) return;
  needRoot();
  log(`installing ${packages.join(", ")}`);
  const apt = shell({ env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  await apt`apt-get update -q && apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 ${packages}`;
}

/** @throws UserError where this process is not root: namespaces, mounts and apt need it. */
export function needRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new UserError("the lab needs root: it makes file systems and boots them", "run it as root, or with sudo");
}
