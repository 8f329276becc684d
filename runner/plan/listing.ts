import { readFile } from "node:fs/promises";
import { z } from "zod";
import { paths } from "../../config/paths.ts";
import { currentSuiteRevision, prepareBuild, removeBuild } from "../build/build.ts";
import { writeAtomically } from "../host/atomic.ts";
import type { Listed } from "../model.ts";
import type { Station } from "../station.ts";
import { naming } from "../store/disk-full.ts";
import { listedSchema } from "../store/schema.ts";

const keptSchema = z.object({ suite: z.string(), environment: z.string(), benchmarks: z.array(listedSchema) });

/** Whether the suite may be asked what it lists, where that is not known: asking makes a build, so only under the host's lock. */
export interface Asking {
  mayAsk: boolean;
}

/**
 * What the suite lists at its present revision, asked once per revision and kept. undefined where it cannot be listed (the
 * next session tells why), or is not known and may not be asked: asking makes a build, so only under the host's lock.
 */
export async function presentListing(station: Station, { mayAsk }: Asking): Promise<Listed[] | undefined> {
  const { config, account, environment } = station;
  const suite = await currentSuiteRevision(config.suite, account);
  const kept = await readKept();
  if (kept?.suite === suite && kept.environment === environment.id) return kept.benchmarks;
  if (!mayAsk) return undefined;
  const benchmarks = await askSuite(station, suite);
  const text = JSON.stringify({ suite, environment: environment.id, benchmarks });
  if (benchmarks) await naming(paths.listing, () => writeAtomically(paths.listing, text));
  return benchmarks;
}

async function readKept(): Promise<z.infer<typeof keptSchema> | undefined> {
  const text = await readFile(paths.listing, "utf8").catch(() => "null");
  try {
    return keptSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // Damaged: it is asked again.
    return undefined;
  }
}

/** A build of the interpreter itself for no benchmark at all: nothing but the listing. */
async function askSuite(station: Station, suiteRevision: string): Promise<Listed[] | undefined> {
  const { config, account, sandboxAccount, environment, signal } = station;
  const build = await prepareBuild({
    subject: { kind: "baseline" },
    suiteRevision,
    environmentId: environment.id,
    config,
    account,
    sandboxAccount,
    only: [],
    onMirror: (url, problem) => station.problems.note({ kind: "fetch", about: url }, problem),
    say: () => undefined,
    signal,
  });
  // A build of all baselines stays for later sessions.
  if (build.benchmarks.length === 0) await removeBuild(build.folder);
  return build.failure ? undefined : build.listed;
}
