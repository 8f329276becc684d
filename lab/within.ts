import { setTimeout } from "node:timers/promises";
import { recordStep } from "./costs.ts";

/** Ask again and again until it is so; false when the time is over. */
export function within(seconds: number, isSo: () => Promise<boolean>): Promise<boolean> {
  return recordStep("waiting", () => poll(seconds, isSo));
}

/** Asking takes at most a ninth of the time: on a busy machine it would delay what is waited for. */
const pausePerAnswer = 8;
/** Share of the wait so far that a pause takes at least: after a long wait, a little more delay does not count. */
const pausePerWait = 1 / 30;
const pauseMilliseconds = { least: 50, most: 2000 };

async function poll(seconds: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const started = performance.now();
  for (;;) {
    const asked = performance.now();
    if (asked >= started + seconds * 1000) return false;
    if (await isSo()) return true;
    const answered = performance.now();
    const pause = Math.max(pausePerAnswer * (answered - asked), pausePerWait * (answered - started), pauseMilliseconds.least);
    await setTimeout(Math.min(pause, pauseMilliseconds.most));
  }
}

/** Wait for something to become so, for as long as a busy machine may need. */
export async function until(isSo: () => Promise<boolean>, seconds = 120): Promise<void> {
  if (!(await within(seconds, isSo))) throw new Error(`not so within ${seconds} s: ${isSo.toString()}`);
}
