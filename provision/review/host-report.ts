import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { preflightSchema } from "../../runner/resources/preflight.ts";
import { probedSchema } from "../../runner/resources/probed.ts";

export const hostReportSchema = probedSchema.pick({ measuring: true, work: true, review: true }).extend({
  host: z.string(),
  /** Left out on request: neither looked at nor changed. */
  skipped: z.boolean().default(false),
  /** Nothing of ours can look at it yet: the distribution, whether it was provisioned once, apt's words on what it would install. */
  bare: z.object({ os: z.string(), provisioned: z.boolean(), packages: z.array(z.string()) }).optional(),
  /** Absent where the host is skipped. */
  preflight: preflightSchema.optional(),
});
/** What the Pulumi program saw of one host, for a review. */
export type HostReport = z.infer<typeof hostReportSchema>;

/** Reports of these hosts, in their order; those that were not written are left out. */
export async function readReports(folder: string, hosts: readonly string[]): Promise<HostReport[]> {
  const texts = await Promise.all(hosts.map((host) => readFile(join(folder, `${host}.json`), "utf8").catch(() => undefined)));
  return texts.flatMap((text) => (text === undefined ? [] : [hostReportSchema.parse(JSON.parse(text))]));
}
