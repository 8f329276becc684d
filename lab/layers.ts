import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { shell } from "./shell.ts";

/** Folders that together make a root file system, topmost first. Nothing writes to them. */
export type Layers = readonly string[];

/**
 * `shared`: on the file system of the cache. `own`: on a file system of its own, so that hosts can fill their disks side by side. `memory`: in
 * memory, until this machine restarts.
 */
export const disks = ["shared", "own", "memory"] as const;
export type Disk = (typeof disks)[number];

/** A tree in a host's folder: `root` is where it is seen, `disk` holds what was written since it was made. */
export interface Tree {
  folder: string;
  layers: Layers;
  disk: Disk;
}

/** Size of a disk of its own, and of one in memory. Both take only what is written. */
const diskSize = "24G";
const filesInMemory = "8m";

/** Makes `root` from layers: an overlay where the kernel can, a copy elsewhere. */
export async function makeTree(tree: Tree): Promise<void> {
  const { root, disk, upper } = pathsOf(tree);
  await mkdir(root, { recursive: true, mode: 0o700 });
  await mkdir(disk);
  if (tree.disk === "own") {
    await shell`truncate --size=${diskSize} ${join(tree.folder, "disk.img")} && mkfs.ext4 -q ${join(tree.folder, "disk.img")}`;
  }
  await mountDisk(tree);
  await mkdir(upper, { mode: 0o755 });
  if (await mountOverlay(tree)) return;
  await shell`rm -rf ${upper}`;
  // A lower layer first: what lies above replaces it.
  for (const layer of [...tree.layers].reverse()) await shell`cp -a --reflink=auto ${layer}/. ${root}`;
}

/** Makes `root` visible again after this machine was restarted. Repeating it is harmless. */
export async function mountTree(tree: Tree): Promise<void> {
  if (tree.disk === "memory" && !(await isMounted(pathsOf(tree).disk))) {
    throw new Error(`${tree.folder}: the tree was in memory and is lost; remove the host and make it anew`);
  }
  await mountDisk(tree);
  if (existsSync(pathsOf(tree).upper) && !(await mountOverlay(tree))) {
    throw new Error(`${tree.folder}: the tree cannot be mounted again; remove the host and make it anew`);
  }
}

/** Deletes a tree and the folder it is in. */
export async function removeTree(folder: string): Promise<void> {
  await unmount(join(folder, "root"));
  await unmount(join(folder, "disk"));
  // rm does not follow links, nor does it enter what is mounted there.
  await shell`rm -rf --one-file-system ${folder}`;
}

/**
 * Takes the tree of a host that is powered off as layers for others; the host's folder is removed.
 * @param target a new folder for what the host has written.
 */
export async function takeLayers(tree: Tree, target: string): Promise<Layers> {
  const { root, upper } = pathsOf(tree);
  await unmount(root);
  const isOverlay = existsSync(upper);
  await rename(isOverlay ? upper : root, target);
  await removeTree(tree.folder);
  return isOverlay ? [target, ...tree.layers] : [target];
}

function pathsOf({ folder }: Tree): Record<"root" | "disk" | "upper" | "work", string> {
  const disk = join(folder, "disk");
  return { root: join(folder, "root"), disk, upper: join(disk, "upper"), work: join(disk, "work") };
}

async function mountDisk(tree: Tree): Promise<void> {
  const { disk } = pathsOf(tree);
  if (tree.disk === "shared" || (await isMounted(disk))) return;
  if (tree.disk === "own") await shell`mount -o loop ${join(tree.folder, "disk.img")} ${disk}`;
  else await shell`mount -t tmpfs -o ${`size=${diskSize},nr_inodes=${filesInMemory},mode=0755`} evenkeel-lab ${disk}`;
}

/** Returns false where the kernel or the file system has no overlay. */
async function mountOverlay(tree: Tree): Promise<boolean> {
  const { root, upper, work } = pathsOf(tree);
  if (await isMounted(root)) return true;
  // Left by the mount before this one: `volatile` skips every fsync, which lab hosts need not survive.
  await rm(join(work, "work/incompat"), { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const options = [`lowerdir=${tree.layers.join(":")}`, `upperdir=${upper}`, `workdir=${work}`, "redirect_dir=on", "index=off", "volatile"];
  const { exitCode } = await shell({ nothrow: true })`mount -t overlay overlay -o ${options.join(",")} ${root} 2>/dev/null`;
  return exitCode === 0;
}

async function isMounted(path: string): Promise<boolean> {
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n");
  return mounts.some((line) => line.split(" ")[1] === path);
}

async function unmount(path: string): Promise<void> {
  if (await isMounted(path)) await shell`umount ${path}`;
}
