import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** State and start, in clock ticks since boot, of a line of /proc/<pid>/stat: fields 3 and 22. */
const stateAndStart = /^\d+ \(.*\) (\S)(?: \S+){18} (\d+)/s;

/** A name that no other process has while this host is up, though process ids come again: `<pid>.<start>`. */
export function processName(pid: number = process.pid): string | undefined {
  try {
    const [, state, start] = stateAndStart.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    // A zombie is dead: its parent has not looked yet.
    return state === undefined || state === "Z" || state === "X" ? undefined : `${pid}.${start}`;
  } catch {
    return undefined;
  }
}

/** Whether the process of that name lives. */
export function isLiving(name: string): boolean {
  return processName(Number.parseInt(name, 10)) === name;
}

/** Program and arguments of every process there is, a line each. */
export function commandLines(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return [`${readlinkSync(`/proc/${pid}/exe`)} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`];
    } catch {
      // It ended meanwhile, or is the kernel's.
      return [];
    }
  });
}
