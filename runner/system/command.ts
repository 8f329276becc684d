import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { $ as zx, type ProcessOutput, type Shell } from "zx/core";
import type { Account } from "./account.ts";
import { rememberFailed } from "./failed-command.ts";
import { markName, ownMark } from "./strays.ts";

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** With a socket as standard input, bash assumes a remote login and reads ~/.bashrc, unless SHLVL shows a parent shell. */
const noStartupFiles = { SHLVL: "1" };

/** A zx shell for trusted commands of root: clean environment, no echo, fails on the first error. */
export const asRoot: Shell = ofRoot(inShell);

function ofRoot(start: Start): Shell {
  return zx({
    quiet: true,
    log: rememberFailed,
    shell: "/bin/bash",
    prefix: "set -euo pipefail;",
    env: { ...noStartupFiles, PATH: path, HOME: "/root", LANG: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive" },
    spawn: start as typeof spawn,
  });
}

/** Runs one program as root without a shell: a shell would take as long as most programs themselves. Never throws for a failure of the program. */
export function runAsRoot(
  [file, ...args]: readonly [string, ...string[]],
  { input = "" }: { input?: string } = {},
): Promise<ProcessOutput> {
  return ofRoot(withoutShell(file, args))({ nothrow: true, input })`${[file, ...args]}`;
}

/**
 * Returns a shell of another account, for pip and other commands in trees that built code could write. Its processes are marked, so that the
 * next process of ours finds those that outlive this one.
 */
export function as(account: Account, environment: Record<string, string> = {}): Shell {
  return startedBy(account, environment, inShell);
}

/** Runs one program as an account without a shell, which would take as long as git itself. Never throws for a failure of the program. */
export function runAs(
  account: Account,
  [file, ...args]: readonly [string, ...string[]],
  { environment = {}, input = "" }: { environment?: Record<string, string>; input?: string | Buffer } = {},
): Promise<ProcessOutput> {
  return startedBy(account, environment, withoutShell(file, args))({ nothrow: true, input })`${[file, ...args]}`;
}

/** Function that starts a process like node's `spawn`. */
type Start = (command: string, args: string[], options: SpawnOptions) => ChildProcess;

/** Starts the shell that zx asks for. Use it in place of node's `spawn`, whose processes end this one if they leave their input unread. */
export function inShell(command: string, args: string[], options: SpawnOptions): ChildProcess {
  return ignoringUnreadInput(spawn(command, args, options));
}

/** Returns a function that starts this program instead of the shell that zx asks for. */
function withoutShell(file: string, args: readonly string[]): Start {
  return (_command, _args, options) => ignoringUnreadInput(spawn(file, args, { ...options, shell: false }));
}

/** Keeps this process alive if the child ends before it has read its input. Its exit code tells whether it failed. */
function ignoringUnreadInput(child: ChildProcess): ChildProcess {
  child.stdin?.on("error", () => undefined);
  return child;
}

function startedBy(account: Account, environment: Record<string, string>, start: Start): Shell {
  return zx({
    quiet: true,
    log: rememberFailed,
    shell: "/bin/bash",
    prefix: "set -euo pipefail;",
    cwd: "/",
    env: { ...noStartupFiles, ...environmentOf(account), ...environment, [markName]: ownMark },
    // libuv clears the supplementary groups when it changes the user.
    spawn: ((command: string, args: string[], options: SpawnOptions) =>
      start(command, args, { ...options, uid: account.uid, gid: account.gid })) as typeof spawn,
  });
}

/** Returns the initial environment of an account's processes, without any variable of root. */
export function environmentOf(account: Account): Record<string, string> {
  return { PATH: path, HOME: account.home, USER: account.name, LOGNAME: account.name, LANG: "C.UTF-8" };
}
