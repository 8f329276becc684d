import { readFile, stat } from "node:fs/promises";

/**
 * Returns true if a process holds a flock on a file. Reads the kernel's table, which identifies a file by device and inode, because trying
 * the lock would take it.
 */
export async function isLocked(path: string): Promise<boolean> {
  const file = await stat(path).catch(() => undefined);
  if (!file) return false;
  const name = ` ${deviceName(file.dev)}:${file.ino} `;
  return (await readFile("/proc/locks", "utf8")).split("\n").some((line) => / FLOCK /.test(line) && line.includes(name));
}

/** Returns `<major>:<minor>` in hexadecimal, of a device number as glibc packs it (gnu_dev_major, gnu_dev_minor). */
function deviceName(device: number): string {
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  return [major, minor].map((number) => number.toString(16).padStart(2, "0")).join(":");
}
