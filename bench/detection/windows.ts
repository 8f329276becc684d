import { readFileSync } from "node:fs";
import * as z from "zod";

const windowsSchema = z.object({
  note: z.string(),
  windows: z.array(z.object({ name: z.string(), lnSeconds: z.array(z.number()).min(100) })).min(1),
});

/** A half of the windows: constants are chosen by those for tuning alone, and the bench judges by those held out. */
export type Part = "held out" | "tuning";

/**
 * Windows of real noise from a public benchmark server: ln seconds, one value a commit, oldest first. The file says where from. Of the
 * benchmarks in alphabetical order, every other one is held out, with all its machines and parameters.
 */
export function realWindows(part: Part): number[][] {
  const text = readFileSync(new URL("real-noise.json", import.meta.url), "utf8");
  const { windows } = windowsSchema.parse(JSON.parse(text));
  const benchmarks = [...new Set(windows.map(benchmarkOf))].sort();
  return windows
    .filter((window) => (benchmarks.indexOf(benchmarkOf(window)) % 2 === 0) === (part === "held out"))
    .map(({ lnSeconds }) => lnSeconds);
}

/** `cluster.VQ.time_vq` of `atom cluster.VQ.time_vq|4`. */
function benchmarkOf({ name }: { name: string }): string {
  return name.slice(name.indexOf(" ") + 1).split("|")[0] ?? name;
}
