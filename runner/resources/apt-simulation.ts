import { asRoot } from "../system/command.ts";
import type { AptOptions } from "./apt-view.ts";

/** Planned action of apt for one package. */
export interface PackageChange {
  name: string;
  /** Present version; absent if the package is not installed. */
  from?: string;
  /** New version; absent if the package is removed. */
  to?: string;
}

/** Simulates a run of apt-get and returns its package changes. @throws zx's ProcessOutput if apt finds no solution. */
export async function simulate(command: readonly string[], options: AptOptions): Promise<PackageChange[]> {
  return changesIn((await asRoot`apt-get --simulate --quiet=2 ${options} ${command}`).stdout);
}

/** Parses apt's lines `Inst NAME [OLD] (NEW ARCHIVE [ARCHITECTURE])` and `Remv NAME [OLD]`. */
export function changesIn(simulation: string): PackageChange[] {
  return simulation.split("\n").flatMap((line): PackageChange[] => {
    const [, action, name = "", from, to] = /^(Inst|Remv) (\S+)(?: \[([^\]]+)\])?(?: \((\S+))?/.exec(line) ?? [];
    if (action === undefined) return [];
    return [{ name, ...(from !== undefined && { from }), ...(action === "Inst" && to !== undefined && { to }) }];
  });
}

/** Returns true if this host has the package list of at least one archive. */
export async function hasPackageLists(): Promise<boolean> {
  return (await asRoot({ nothrow: true })`ls /var/lib/apt/lists | grep -q _Packages`).exitCode === 0;
}

/** Returns true if the package lists are less than a day old: a package that they lack is then not in the archive. */
export async function haveFreshLists(): Promise<boolean> {
  const updated = await asRoot({ nothrow: true })`find /var/lib/apt/lists /var/lib/apt/lists/partial -maxdepth 0 -mtime -1 | grep -q .`;
  return updated.exitCode === 0;
}

/** Returns the disk space of these packages in bytes: unpacked size plus download size. */
export async function spaceFor(changes: readonly PackageChange[], options: AptOptions): Promise<number> {
  const named = changes.flatMap(({ name, to }) => (to === undefined ? [] : [`${name}=${to}`]));
  if (named.length === 0) return 0;
  const shown = (await asRoot`apt-cache ${options} show ${named}`).stdout;
  const sumOf = (field: string) =>
    [...shown.matchAll(new RegExp(`^${field}: (\\d+)$`, "gm"))].reduce((sum, [, size]) => sum + Number(size), 0);
  return sumOf("Installed-Size") * 1024 + sumOf("Size");
}
