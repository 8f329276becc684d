import { chmod, lchown, mkdir } from "node:fs/promises";
import type { Account } from "./account.ts";
import { asRoot } from "./command.ts";

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

/** Removes a file or a folder with all in it, however deep; links are removed, never followed, whatever changes meanwhile. */
export async function removeTree(path: string): Promise<void> {
  await asRoot`rm -rf -- ${path}`;
}
