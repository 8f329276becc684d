import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commitAll, gitIn } from "../../lab/git.ts";
import { removeHost } from "../../lab/host.ts";
import { never } from "../../lab/place-settings.ts";
import { Place } from "../../lab/place.ts";
import type { Say } from "../../lab/progress.ts";
import { pushFolder } from "../../lab/remote.ts";

const requirements = ["mypy_extensions==1.1.0", "setuptools==80.9.0", "typing_extensions==4.15.0"];

/** A host in service, as far as provisioning goes: target and results have commits, branches are what is cloned. */
async function prepareServer(name: string): Promise<Place> {
  const place = await Place.prepare({ name, cron: never, requirements });
  await place.push("small: the second revision");
  const results = await mkdtemp(join(tmpdir(), "evenkeel-bench-results-"));
  try {
    await gitIn(results)`git init --quiet --initial-branch=main`;
    await writeFile(join(results, "README.md"), "Results\n");
    await commitAll(results, "The repository of the results", Date.UTC(2026, 0, 1) / 1000);
    await pushFolder(place.host, "results", results);
  } finally {
    await rm(results, { recursive: true });
  }
  return place;
}

/** The lab's host of that name as it is declared. */
export async function openServer(name: string, say: Say): Promise<Place> {
  say(`${name}: made if need be, and brought to what is declared`);
  const place = await prepareServer(name);
  await place.up();
  return place;
}

/**
 * Seconds that a bare host's first `up` takes: it ends with the deploy key, which is then authorized, and the second `up` goes on. The host is
 * made before, and removed.
 */
export async function timeFirstUp(name: string, say: Say): Promise<number> {
  await removeHost(name);
  try {
    const place = await prepareServer(name);
    const started = performance.now();
    await place.up();
    const seconds = (performance.now() - started) / 1000;
    say(`first up: ${seconds.toFixed(1)} s`);
    return seconds;
  } finally {
    await removeHost(name);
  }
}
