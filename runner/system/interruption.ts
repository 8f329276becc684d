import { rm, stat } from "node:fs/promises";
import { paths } from "../../config/paths.ts";

/** Validity of a request to interrupt, in seconds. It must not interrupt for a later `up`. */
const validSeconds = 15 * 60;

/** Returns true if the running `up` requested to interrupt the measurement. */
export async function isInterruptionWanted(now = Date.now(), path: string = paths.interrupt): Promise<boolean> {
  const file = await stat(path).catch(() => undefined);
  return file !== undefined && now - file.mtimeMs < validSeconds * 1000;
}

/** Deletes the request to interrupt. Once a new declaration is in force and not applied, no measurement can start anyway. */
export async function forgetInterruption(path: string = paths.interrupt): Promise<void> {
  await rm(path, { force: true });
}
