import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commitAll, gitIn } from "../../lab/git.ts";
import { removeHost } from "../../lab/host.ts";
import { never } from "../../lab/server-settings.ts";
import { LabServer } from "../../lab/server.ts";
import type { Log } from "../../lab/progress.ts";
import { pushFolder } from "../../lab/remote.ts";

const requirements = ["mypy_extensions==1.1.0", "setuptools==80.9.0", "typing_extensions==4.15.0"];

/** A host in service, as far as provisioning goes: target and results have commits, branches are what is cloned. */
async function prepareServer(name: string): Promise<LabServer> {
  const server = await LabServer.prepare({ name, cron: never, requirements });
  await server.push("small: the second revision");
  const results = await mkdtemp(join(tmpdir(), "evenkeel-bench-results-"));
  try {
    await gitIn(results)`git init --quiet --initial-branch=main`;
    await writeFile(join(results, "README.md"), "Results\n");
    await commitAll(results, "The repository of the results", Date.UTC(2026, 0, 1) / 1000);
    await pushFolder(server.host, "results", results);
  } finally {
    await rm(results, { recursive: true });
  }
  return server;
}

/** The lab's host of that name as it is declared. */
export async function openServer(name: string, log: Log): Promise<LabServer> {
  log(`${name}: made if need be, and brought to what is declared`);
  const server = await prepareServer(name);
  await server.up();
  return server;
}

/**
 * Seconds that a bare host's first `up` takes: it ends with the deploy key, which is then authorized, and the second `up` goes on. The host is
 * made before, and removed.
 */
export async function timeFirstUp(name: string, log: Log): Promise<number> {
  await removeHost(name);
  try {
    const server = await prepareServer(name);
    const started = performance.now();
    await server.up();
    const seconds = (performance.now() - started) / 1000;
    log(`first up: ${seconds.toFixed(1)} s`);
    return seconds;
  } finally {
    await removeHost(name);
  }
}
