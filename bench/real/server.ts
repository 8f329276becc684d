import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dump, load } from "js-yaml";
import * as z from "zod";
import { knownHostsLine, removeHost, upHost, type Host } from "../../lab/host.ts";
import { upWithKey } from "../../lab/first-up.ts";
import type { Log } from "../../lab/progress.ts";
import { equipped } from "../../lab/recipes.ts";
import { createRepository, pushFolder, serveGit, urlOf } from "../../lab/remote.ts";
import { snapshot } from "../../lab/snapshot.ts";
import { stackIn } from "../../lab/stack.ts";
import { root } from "../../config/root.ts";

/** Settings of the model configuration that depend on where it runs. All others stay as they are. */
const settingsSchema = z.looseObject({
  target: z.looseObject({ branch: z.string() }),
  suite: z.looseObject({ branch: z.string() }),
  results: z.looseObject({}),
  git: z.looseObject({}),
  python: z.looseObject({}),
});

/** Repositories served to the host: folders with a clone, bare or not. */
export interface Repositories {
  suite: string;
  target: string;
}

/** A host provisioned with the model configuration, changed in addresses, release, Python's version and the schedule alone. */
export async function openRealServer(name: string, { suite, target }: Repositories, log: Log): Promise<Host> {
  await removeHost(name);
  const host = await upHost({ name, release: "trixie", layers: await snapshot(equipped("trixie")) });
  await serveGit(host, log);
  const settings = await configuration(host);
  log("pushing the target and the suite to the host's git server");
  await createRepository(host, "target");
  await createRepository(host, "suite");
  await createRepository(host, "results");
  await pushFolder(host, "target", target, `HEAD:refs/heads/${settings.target.branch}`);
  await pushFolder(host, "suite", suite, `HEAD:refs/heads/${settings.suite.branch}`);
  await provision(host, dump(settings), log);
  return host;
}

async function configuration(host: Host) {
  const settings = settingsSchema.parse(load(await readFile(join(root, "config", "mypyc.yaml"), "utf8")));
  const { name, address, port, hostKey } = host;
  return {
    ...settings,
    hosts: [{ name, address, port, hostKey }],
    os: { release: "13" },
    git: { ...settings.git, knownHosts: [knownHostsLine(host)] },
    python: { ...settings.python, version: "3.13" },
    target: { ...settings.target, repository: urlOf(host, "target") },
    suite: { ...settings.suite, repository: urlOf(host, "suite") },
    results: { ...settings.results, repository: urlOf(host, "results") },
    // The bench starts every run itself.
    schedule: { enabled: false, why: "a bench runs" },
  };
}

async function provision(host: Host, settings: string, log: Log): Promise<void> {
  log("pulumi up");
  const folder = join(dirname(host.root), "server");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const stack = stackIn(folder, host.name);
  await writeFile(stack.configFile, settings);
  await upWithKey(host, stack);
}
