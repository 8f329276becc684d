import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Stack } from "../../lab/stack.ts";
import { secondsOfNoOp, upByTool } from "./ours.ts";
import { livesIn, phasesOf, type Phase } from "./timeline.ts";

/** Seconds of each phase of a no-op `up`, as seen by a hook in every Node process of it. */
export async function timePhases(stack: Stack): Promise<Record<Phase, number>> {
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-bench-events-"));
  try {
    const events = join(folder, "events");
    const hook = pathToFileURL(join(import.meta.dirname, "hook.js")).href;
    const begins = performance.timeOrigin + performance.now();
    secondsOfNoOp(await upByTool(stack, { NODE_OPTIONS: `--import ${hook}`, EVENKEEL_BENCH_EVENTS: events }));
    const ends = performance.timeOrigin + performance.now();
    return phasesOf(livesIn(await readFile(events, "utf8")), begins, ends);
  } finally {
    await rm(folder, { recursive: true });
  }
}
