import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";

/** Returns true if any process with this program name has its working directory in a folder. */
export function isAtWork(program: string, folder: string): boolean {
  const real = realpathSync(folder);
  return readdirSync("/proc").some((pid) => /^\d+$/.test(pid) && isNamed(pid, program) && worksIn(pid, real));
}

function isNamed(pid: string, program: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8") === `${program}\n`;
  } catch {
    // The process has ended since.
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
