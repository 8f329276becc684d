import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";

/** Runs an action while no other process on this machine runs one under the same lock file. */
export async function underLock<Value>(file: string, action: () => Promise<Value>): Promise<Value> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Node has no flock: a child holds it until its standard input closes, so the lock goes with this process however it ends.
  const holder = spawn("flock", [file, "sh", "-c", "echo locked; exec cat"], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    await Promise.race([once(holder.stdout, "data"), once(holder, "error").then(([error]) => Promise.reject(error))]);
    return await action();
  } finally {
    holder.stdin.end();
  }
}
