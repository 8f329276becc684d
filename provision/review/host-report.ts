import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { preflightSchema } from "../../runner/resources/preflight.ts";
import { probedSchema } from "../../runner/resources/probed.ts";

export const hostReportSchema = probedSchema.pick({ measuring: true, work: true, review: true }).extend({
  host: z.string(),
  /** True if the host is neither checked nor changed, on request. */
  skipped: z.boolean().default(false),
  /** Bare host: its distribution, whether it was provisioned before, and lines of the simulated installation. */
  bare: z.object({ os: z.string(), provisioned: z.boolean(), packages: z.array(z.string()) }).optional(),
  /** Absent for a skipped host. */
  preflight: preflightSchema.optional(),
});
/** Report of the Pulumi program about one host, for a review. */
export type HostReport = z.infer<typeof hostReportSchema>;

/** Reads the reports of these hosts, in their order. Missing reports are left out. */
export async function readReports(folder: string, hosts: readonly string[]): Promise<HostReport[]> {
  const texts = await Promise.all(hosts.map((host) => readFile(join(folder, `${host}.json`), "utf8").catch(() => undefined)));
  return texts.flatMap((text) => (text === undefined ? [] : [hostReportSchema.parse(JSON.parse(text))]));
}
