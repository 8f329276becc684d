import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { writeAtomically } from "../../runner/system/atomic.ts";
import { sorted } from "../../runner/resources/resource-type.ts";

/** Where the facts of hosts are kept: meant for git, so that its log is the record of what changed. */
const folder = join(process.env["EVENKEEL_PROJECT"] ?? process.cwd(), "facts");

/** By resource: names and values. */
export type Facts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Write what was observed of a host, by resource, to `facts/<host>.json`. */
export async function writeFacts(host: string, facts: Facts): Promise<void> {
  if (pulumi.runtime.isDryRun()) return;
  await mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, `${host}.json`), `${JSON.stringify(sorted({ host, ...facts }), null, 2)}\n`);
}
