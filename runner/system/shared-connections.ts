import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { sha256Of } from "../text/sha256.ts";
import { environmentOf } from "./command.ts";
import type { Account } from "./account.ts";

/** Seconds after its last use at which a connection closes, if this process was killed before it could close it. */
const idleSeconds = 10;
const closingMilliseconds = 2_000;
/** An account of this host with the folder of its sockets. */
const folders = new Map<string, Account>();

/**
 * Returns options of ssh with which all commands of this process for one clone share a connection. A run fetches and pushes many times, and
 * a handshake takes longer than the rest. Clones do not share one, as each may have a key of its own. Connections close when this process
 * ends.
 *
 * If a server refuses a second session on a connection, ssh opens another connection. Without root, the commands share none.
 */
export function sharedConnection(account: Account, clone: string): string {
  if (process.getuid?.() !== 0) return "";
  const folder = folderOf(account);
  const name = `${prefix()}${sha256Of(clone, 6)}-%C`;
  return `-o ControlMaster=auto -o ControlPersist=${idleSeconds} -o ControlPath=${join(folder, name)}`;
}

/** Start of the names of this process's sockets. Other processes of Evenkeel have their own. */
function prefix(): string {
  return `${process.pid}-`;
}

/** Returns the folder of an account's sockets, which it makes on first use. Its path is short: a socket's path has at most 107 bytes. */
function folderOf(account: Account): string {
  const folder = `/run/evenkeel-${account.uid}`;
  if (folders.has(folder)) return folder;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chownSync(folder, account.uid, account.gid);
  chmodSync(folder, 0o700);
  if (folders.size === 0) process.once("exit", closeAll);
  folders.set(folder, account);
  return folder;
}

/** Closes the connections of this process. */
function closeAll(): void {
  for (const [folder, account] of folders) {
    const sockets = readdirSync(folder).filter((name) => name.startsWith(prefix()));
    for (const socket of sockets) {
      const args = ["-O", "exit", "-o", `ControlPath=${join(folder, socket)}`, "any"];
      const { uid, gid } = account;
      spawnSync("ssh", args, { uid, gid, env: environmentOf(account), stdio: "ignore", timeout: closingMilliseconds });
    }
  }
}
