import { setTimeout as sleep } from "node:timers/promises";
import { asRoot } from "../system/command.ts";
import { durationText } from "../text/quantities.ts";

/** Longest wait for another user of apt. */
const limitSeconds = 600;
const pauseSeconds = 2;
const lineEverySeconds = 30;

/** Messages of apt and dpkg while another process uses them. apt's own Lock::Timeout covers only one of its locks. */
const isTaken = /^.*(Could not get lock|is locked by another process).*$/m;

/** Runs a command of apt or dpkg and waits while another process uses them. @throws zx's ProcessOutput if it fails. */
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
