import { chmod, lchown, lstat } from "node:fs/promises";
import { accountOf } from "../system/account.ts";
import type { Difference } from "./difference.ts";

/** Owner and mode that a file or folder should have. `mode` is octal text such as "0755". */
export interface Attributes {
  path: string;
  owner: string;
  mode: string;
}

/** Returns the differences in owner and mode, or one difference "missing" if the path does not exist. */
export async function checkAttributes({ path, owner, mode }: Attributes): Promise<Difference[]> {
  const present = await lstat(path).catch(() => undefined);
  if (!present) return [{ what: path, is: "missing", shouldBe: `mode ${mode}, owner ${owner}` }];
  const differences: Difference[] = [];
  const isMode = (present.mode & 0o7777).toString(8).padStart(4, "0");
  if (isMode !== mode) differences.push({ what: `${path} mode`, is: isMode, shouldBe: mode });
  const account = await accountOf(owner).catch(() => undefined);
  if (account?.uid !== present.uid)
    differences.push({ what: `${path} owner`, is: `uid ${present.uid}`, shouldBe: `${owner} (uid ${account?.uid ?? "unknown"})` });
  return differences;
}

export async function applyAttributes({ path, owner, mode }: Attributes): Promise<void> {
  const account = await accountOf(owner);
  await lchown(path, account.uid, account.gid);
  await chmod(path, Number.parseInt(mode, 8));
}
