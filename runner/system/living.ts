import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** State and start time (clock ticks since boot) in a line of /proc/<pid>/stat: fields 3 and 22. */
const stateAndStart = /^\d+ \(.*\) (\S)(?: \S+){18} (\d+)/s;

/** Returns a name that is unique until the next boot, although process ids are reused: `<pid>.<start>`. Undefined if the process is dead. */
export function processName(pid: number = process.pid): string | undefined {
  try {
    const [, state, start] = stateAndStart.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    // A zombie is dead; its parent has not reaped it yet.
    return state === undefined || state === "Z" || state === "X" ? undefined : `${pid}.${start}`;
  } catch {
    return undefined;
  }
}

/** Returns true if the process with that name is alive. */
export function isLiving(name: string): boolean {
  return processName(Number.parseInt(name, 10)) === name;
}

/** Returns program and arguments of every process, one line each. */
export function commandLines(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return [`${readlinkSync(`/proc/${pid}/exe`)} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`];
    } catch {
      // The process has ended since, or is a kernel thread.
      return [];
    }
  });
}
