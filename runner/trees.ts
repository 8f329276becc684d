import { chmod, lchown, mkdir, rm } from "node:fs/promises";
import type { Account } from "./host/account.ts";
import { as } from "./host/command.ts";

/** Root's own folder that accounts can pass through, whatever the umask. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
}

/** An empty folder that belongs to the account; its parent must exist. */
export async function makeTree(account: Account, folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o755 });
  await lchown(folder, account.uid, account.gid);
}

/** Copy a tree into a new folder, as the account: root does not read what built code could have written. */
export async function copyTree(account: Account, from: string, to: string): Promise<void> {
  await layTrees(account, [from], to);
}

/** Several trees laid one over the other in a new folder. */
export async function layTrees(account: Account, layers: Iterable<string>, to: string): Promise<void> {
  await makeTree(account, to);
  for (const from of layers) await as(account)`cp -a --reflink=auto ${from}/. ${to}`;
}

/** Plain recursive delete; links are removed, never followed. */
export async function removeTree(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
