import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { writeAtomically } from "../../runner/system/atomic.ts";
import { sorted } from "../../runner/resources/resource-type.ts";

/** Folder for the facts of hosts. Commit it to git: the log then records their changes. */
const folder = join(process.env["EVENKEEL_PROJECT"] ?? process.cwd(), "facts");

/** Names and values of facts, by resource. */
export type Facts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Writes the observed facts of a host to `facts/<host>.json`. Does nothing in a preview. */
export async function writeFacts(host: string, facts: Facts): Promise<void> {
  if (pulumi.runtime.isDryRun()) return;
  await mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, `${host}.json`), `${JSON.stringify(sorted({ host, ...facts }), null, 2)}\n`);
}
