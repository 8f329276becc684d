import { commandLine } from "../../config/command-line.ts";
import { readFile } from "node:fs/promises";
import { UserError } from "../../config/user-error.ts";

/** An account of this host, from /etc/passwd. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
  shell: string;
}

export async function findAccount(name: string): Promise<Account | undefined> {
  const line = (await readFile("/etc/passwd", "utf8")).split("\n").find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid, , home, shell] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined || home === undefined || shell === undefined) return undefined;
  return { name, uid: Number(uid), gid: Number(gid), home, shell };
}

/** Returns an account. @throws UserError if it does not exist. */
export async function accountOf(name: string): Promise<Account> {
  const account = await findAccount(name);
  if (!account) throw new UserError(`account ${name} does not exist on this host`, `run \`${commandLine("up")}\` to create it`);
  return account;
}
