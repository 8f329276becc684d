import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { paths } from "../../config/paths.ts";
import { lockHolder, type Holder } from "../system/lock.ts";
import { workOf } from "../progress/work-text.ts";
import { checkOne } from "./check-one.ts";
import { readDeclaration } from "./declaration.ts";
import { givenSchema, type Given } from "./given.ts";
import { hashOf, readMarker } from "./resource-type.ts";
import { preflightHere } from "./preflight.ts";
import type { Probed } from "./probed.ts";
import { remotesHere } from "./preflight-remotes.ts";
import { plannedHere, freeFor, reviewHere } from "./review.ts";
import { textIn } from "../system/contents.ts";

/** Runs `evenkeel check`: reads specs as JSON, prints one line of JSON. @param isReview true to plan the effects of applying them too. */
export async function checkCommand(given: string, isReview: boolean): Promise<void> {
  const specs = givenSchema.parse(JSON.parse(given));
  const [seen, remotes] = await Promise.all([probeHere(specs), remotesHere(specs)]);
  // Planning would disturb a running measurement.
  const planned = seen.measuring === undefined ? await plannedHere(specs, seen.resources) : undefined;
  const free = planned ? await freeFor(planned) : {};
  const preflight = await preflightHere(specs, remotes, planned, free);
  const review = isReview && planned && (await reviewHere(specs, seen.resources, planned, free));
  const probed: Probed = { ...seen, preflight, ...(review && { review }) };
  console.log(JSON.stringify(probed));
}

/** Reads the state of this host for the Pulumi program, in one pass. Writes nothing. */
async function probeHere(specs: readonly Given[]): Promise<Omit<Probed, "preflight" | "review">> {
  const holder = await lastingHolder();
  const resources = await Promise.all(
    specs.map(async ({ name, type, spec }) => {
      const marker = await readMarker(name);
      // Checks start dozens of processes, which would disturb a running measurement.
      const differences = holder && marker ? [] : await checkOne(name, type, spec);
      return [name, { differences, ...(marker && { marker: { specHash: hashOf(marker.spec), token: marker.token } }) }] as const;
    }),
  );
  const declarationMarker = await readMarker("declaration");
  return {
    instance: await instanceOf(),
    nodeToken: (await textIn(paths.nodeToken)) || undefined,
    measuring: holder?.command,
    work: holder && (await workOf(holder)),
    declared: (await readDeclaration())?.resources,
    declarationMarker: declarationMarker && { specHash: hashOf(declarationMarker.spec), token: declarationMarker.token },
    resources: Object.fromEntries(resources),
  };
}

/** Seconds to wait for a run that does not measure yet. */
const shortRunSeconds = 20;

/** Returns the process that holds the lock for longer. A cron run that finds nothing new ends in seconds and must not hide drift. */
async function lastingHolder(): Promise<Holder | undefined> {
  for (const deadline = performance.now() + shortRunSeconds * 1000; ; await sleep(200)) {
    const holder = await lockHolder();
    const isShortRun = holder?.command.startsWith("evenkeel run") && (await workOf(holder)) === undefined;
    if (!isShortRun || performance.now() > deadline) return holder;
  }
}

/**
 * Returns an id of this installation: machine id and random id. Without a random id: machine id, boot id and the time of /opt's last change.
 * A host that was reset to an earlier image therefore never counts as the one that was applied.
 */
async function instanceOf(): Promise<string> {
  const machine = await textIn("/etc/machine-id");
  const random = await textIn(paths.instance);
  if (random !== "") return `${machine} ${random}`;
  const changed = await stat(dirname(paths.opt), { bigint: true }).then(
    ({ mtimeNs }) => String(mtimeNs),
    () => "",
  );
  return `${machine} ${await textIn("/proc/sys/kernel/random/boot_id")} ${changed}`;
}
