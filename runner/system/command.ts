import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { $ as zx, type ProcessOutput, type Shell } from "zx/core";
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
 * The same as another account: for pip and whatever else touches trees that built code could write. Marked, so that what
 * outlives this process is found by the next one.
 */
export function as(account: Account, environment: Record<string, string> = {}): Shell {
  return startedBy(account, environment, spawn);
}

/** Runs one program as an account, with no shell between: that would take as long as git itself. Never throws for what the program does. */
export function runAs(
  account: Account,
  [file, ...args]: readonly [string, ...string[]],
  { environment = {}, input = "" }: { environment?: Record<string, string>; input?: string | Buffer },
): Promise<ProcessOutput> {
  const shell = startedBy(account, environment, (_command, _args, options) => spawn(file, args, { ...options, shell: false }));
  return shell({ nothrow: true, input })`${[file, ...args]}`;
}

/** Starts a process, as node's `spawn` does. */
type Start = (command: string, args: string[], options: SpawnOptions) => ChildProcess;

function startedBy(account: Account, environment: Record<string, string>, start: Start): Shell {
  return zx({
    quiet: true,
    log: rememberFailed,
    shell: "/bin/bash",
    prefix: "set -euo pipefail;",
    cwd: "/",
    env: { ...noStartupFiles, ...environmentOf(account), ...environment, [markName]: ownMark },
    // libuv clears the supplementary groups when it changes user.
    spawn: ((command: string, args: string[], options: SpawnOptions) =>
      start(command, args, { ...options, uid: account.uid, gid: account.gid })) as typeof spawn,
  });
}

/** The environment an account's processes start from: nothing of root's leaks in. */
export function environmentOf(account: Account): Record<string, string> {
  return { PATH: path, HOME: account.home, USER: account.name, LOGNAME: account.name, LANG: "C.UTF-8" };
}
