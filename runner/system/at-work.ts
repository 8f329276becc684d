import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";

/** Whether a program of that name works in a folder now, started by whomever. */
export function isAtWork(program: string, folder: string): boolean {
  const place = realpathSync(folder);
  return readdirSync("/proc").some((pid) => /^\d+$/.test(pid) && isNamed(pid, program) && worksIn(pid, place));
}

function isNamed(pid: string, program: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8") === `${program}\n`;
  } catch {
    // It ended meanwhile.
    return false;
  }
}

function worksIn(pid: string, folder: string): boolean {
  try {
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    return cwd === folder || cwd.startsWith(`${folder}/`);
  } catch {
    return false;
  }
}
