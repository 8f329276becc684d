import { spawn } from "node:child_process";
import { $ as zx, type Shell } from "zx/core";
import type { Account } from "./account.ts";
import { rememberFailed } from "./failed-command.ts";
import { markName, ownMark } from "./strays.ts";

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** bash takes a socket as standard input for a remote login and reads ~/.bashrc, unless another shell seems to have started it. */
const noStartupFiles = { SHLVL: "1" };

/** A zx shell for trusted commands run as root: clean environment, nothing echoed, fails on the first error. */
export const asRoot: Shell = zx({
  quiet: true,
  log: rememberFailed,
  shell: "/bin/bash",
  prefix: "set -euo pipefail;",
  env: { ...noStartupFiles, PATH: path, HOME: "/root", LANG: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive" },
});

/**
 * The same as another account: for git, pip and whatever else touches trees that built code could write. Marked, so that what
 * outlives this process is found by the next one.
 */
export function as(account: Account, environment: Record<string, string> = {}): Shell {
  return zx({
    quiet: true,
    log: rememberFailed,
    shell: "/bin/bash",
    prefix: "set -euo pipefail;",
    cwd: "/",
    env: { ...noStartupFiles, ...environmentOf(account), ...environment, [markName]: ownMark },
    // libuv clears the supplementary groups when it changes user.
    spawn: ((command: string, args: string[], options: object) =>
      spawn(command, args, { ...options, uid: account.uid, gid: account.gid })) as typeof spawn,
  });
}

/** The environment an account's processes start from: nothing of root's leaks in. */
export function environmentOf(account: Account): Record<string, string> {
  return { PATH: path, HOME: account.home, USER: account.name, LOGNAME: account.name, LANG: "C.UTF-8" };
}
