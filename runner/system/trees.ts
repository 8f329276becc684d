import { chmod, lchown, lstat, mkdir } from "node:fs/promises";
import type { Account } from "./account.ts";
import { runAsRoot } from "./command.ts";

/** Creates a folder of root that every account may enter, independent of the umask. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
}

/** Creates an empty folder owned by the account. Its parent must exist. */
export async function makeTree(account: Account, folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o755 });
  await lchown(folder, account.uid, account.gid);
}

/** Removes a file or a folder with its content, at any depth. Links are removed and never followed, even if the tree changes meanwhile. */
export async function removeTree(path: string): Promise<void> {
  if (!(await lstat(path).catch(() => undefined))) return;
  const removed = await runAsRoot(["rm", "-rf", "--", path]);
  if (removed.exitCode !== 0) throw removed;
}
