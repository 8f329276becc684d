import { setTimeout as sleep } from "node:timers/promises";
import { asRoot } from "../system/command.ts";
import { durationText } from "../text/quantities.ts";

/** How long another user of apt is waited for. */
const limitSeconds = 600;
const pauseSeconds = 2;
const lineEverySeconds = 30;

/** What apt and dpkg say while somebody else uses them. apt's own Lock::Timeout covers one of its locks only. */
const isTaken = /^.*(Could not get lock|is locked by another process).*$/m;

/** Run a command of apt's or dpkg's, waiting for whoever uses them now. Throws zx's ProcessOutput where it fails. */
export async function apt(command: readonly string[], log: (line: string) => void): Promise<void> {
  const started = performance.now();
  for (let nextLine = 0; ;) {
    const done = await asRoot({ nothrow: true })`${command} 2>&1`;
    if (done.exitCode === 0) return;
    const taken = isTaken.exec(done.stdall)?.[0];
    const waited = (performance.now() - started) / 1000;
    if (taken === undefined || waited > limitSeconds) throw done;
    if (waited >= nextLine) {
      log(`waiting for apt: ${taken}; giving up in ${durationText(limitSeconds - waited)}`);
      nextLine = waited + lineEverySeconds;
    }
    await sleep(pauseSeconds * 1000);
  }
}
