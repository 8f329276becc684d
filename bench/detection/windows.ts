import { readFileSync } from "node:fs";
import { z } from "zod";

const windowsSchema = z.object({
  note: z.string(),
  windows: z.array(z.object({ name: z.string(), lnSeconds: z.array(z.number()).min(100) })).min(1),
});

/** Windows of real noise from a public benchmark server: ln seconds, one value a commit, oldest first. The file says where from. */
export function realWindows(): number[][] {
  const text = readFileSync(new URL("real-noise.json", import.meta.url), "utf8");
  return windowsSchema.parse(JSON.parse(text)).windows.map(({ lnSeconds }) => lnSeconds);
}
