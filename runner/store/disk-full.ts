import { readFile, realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "../../config/user-error.ts";
import { codeOf } from "../../config/error-code.ts";

/**
 * Runs a write, and names the file system if it is full.
 *
 * @throws UserError with the file system of `path` if no space or quota is left; other errors unchanged.
 */
export async function naming<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    throw new UserError(
      `no space left on ${await fileSystemOf(path)}, writing ${path}`,
      "free some space there; measured blocks are kept, and the next run resumes",
    );
  }
}

/** Returns true if a write failed for lack of space or quota. */
export function isDiskFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(codeOf(error) ?? "");
}

/** Returns "<mount point> (<device or type>)" of the file system of `path`, which may not exist yet. */
async function fileSystemOf(path: string): Promise<string> {
  const real = await nearestReal(path);
  let best = { point: "/", device: "the root file system" };
  for (const line of (await readFile("/proc/self/mounts", "utf8")).split("\n")) {
    const [device, point] = line.split(" ").map(unescapeMount);
    if (device === undefined || point === undefined) continue;
    const holds = real === point || real.startsWith(point.endsWith("/") ? point : `${point}/`);
    if (holds && point.length >= best.point.length) best = { point, device };
  }
  return `${best.point} (${best.device})`;
}

async function nearestReal(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path === dirname(path) ? path : nearestReal(dirname(path));
  }
}

/** Decodes a field of /proc/self/mounts, which has spaces and tabs as octal escapes. */
function unescapeMount(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
