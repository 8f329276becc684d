import { readFile, stat } from "node:fs/promises";

/**
 * Whether somebody holds a flock on a file. Read from the kernel's table, which names a file by device and inode: trying the lock to see
 * would take it.
 */
export async function isLocked(path: string): Promise<boolean> {
  const file = await stat(path).catch(() => undefined);
  if (!file) return false;
  const name = ` ${deviceName(file.dev)}:${file.ino} `;
  return (await readFile("/proc/locks", "utf8")).split("\n").some((line) => / FLOCK /.test(line) && line.includes(name));
}

/** `<major>:<hostFacts>` in hexadecimal, of a device number as glibc packs it (gnu_dev_major, gnu_dev_minor). */
function deviceName(device: number): string {
  const major = (device >>> 8) & 0xfff;
  const hostFacts = (device & 0xff) | ((device >>> 12) & 0xfff00);
  return [major, hostFacts].map((number) => number.toString(16).padStart(2, "0")).join(":");
}
