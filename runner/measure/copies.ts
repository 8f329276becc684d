import { join } from "node:path";
import type { Account } from "../host/account.ts";
import { as } from "../host/command.ts";
import type { Runnable } from "../suites/suite.ts";
import { makeFolder, makeTree } from "../trees.ts";

/**
 * A copy of the suite for each runnable that runs in one: what it writes there no other finds. All are made before anything is measured.
 * @param folder root's new folder that holds them.
 * @returns the copy of a runnable; undefined where it needs none.
 */
export async function makeCopies(
  account: Account,
  folder: string,
  runnables: readonly Runnable[],
): Promise<(of: Runnable) => string | undefined> {
  await makeFolder(folder);
  const copies = new Map<Runnable, string>();
  for (const runnable of runnables) {
    if (runnable.suite.length === 0) continue;
    const copy = join(folder, `${runnable.benchmark}-${runnable.variant}`);
    await makeTree(account, copy);
    copies.set(runnable, copy);
  }
  if (copies.size === 0) return () => undefined;
  // One shell for all: each copy takes milliseconds.
  const layers = [...copies].flatMap(([{ suite }, copy]) => suite.flatMap((from) => [from, copy]));
  await as(account)({ input: layers.map((path) => `${path}\0`).join("") })`xargs -0 -r -n 2 sh -c ${'cp -a --reflink=auto "$0/." "$1"'}`;
  return (of) => copies.get(of);
}
