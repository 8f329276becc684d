import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fillIn } from "../config/fill-in.ts";
import { UserError } from "../config/user-error.ts";
import { writeAtomically } from "../runner/system/atomic.ts";
import { runEngine } from "./engine.ts";
import { findHost, knownHostsLine, removeHost, ssh, type Host } from "./host.ts";
import type { Log } from "./progress.ts";
import { authorizeKey, createRepository, pushFolder, serveGit, urlOf } from "./remote.ts";
import { makeSuite, type SuiteChoice } from "./suite.ts";
import { makeTarget, type TargetChoice } from "./target.ts";

/** Where a server's configuration is written: beside the state of its stack. */
export const configurations = join(import.meta.dirname, "..", ".evenkeel");

/** Serves target (mypy's first releases as revisions), suite and results, as a project has them on its git server; made once. */
export async function serveMypy(host: Host, releases: number, log: Log, choice: SuiteChoice & TargetChoice = {}): Promise<void> {
  await serveGit(host, log);
  for (const name of ["mypy", "suite", "results"]) await createRepository(host, name);
  const isServed = (await ssh(host, "git --git-dir /home/git/suite.git -c safe.directory=* rev-parse -q --verify main")).exitCode === 0;
  if (isServed) return;
  const local = localRepositories(host);
  await rm(local, { recursive: true, force: true });
  log(`target: mypy's first ${releases} releases as revisions`);
  await makeTarget(join(local, "mypy"), releases, log, choice);
  await pushFolder(host, "mypy", join(local, "mypy"));
  await makeSuite(join(local, "suite"), choice);
  await pushFolder(host, "suite", join(local, "suite"));
}

/**
 * The demo's configuration for a host, written to a file.
 * @param change settings besides, by path.
 */
export async function writeConfiguration(host: Host, change: Record<string, string | number | boolean> = {}): Promise<string> {
  const model = await readFile(join(import.meta.dirname, "..", "config", "demo.yaml"), "utf8");
  const path = join(configurations, `${host.name}.yaml`);
  await mkdir(configurations, { recursive: true });
  const filled = fillIn(model, {
    "hosts[0].name": host.name,
    "hosts[0].address": host.address,
    "hosts[0].port": host.port,
    "hosts[0].hostKey": host.hostKey,
    "git.knownHosts[0]": knownHostsLine(host),
    "target.repository": urlOf(host, "mypy"),
    "suite.repository": urlOf(host, "suite"),
    "results.repository": urlOf(host, "results"),
    ...change,
  });
  await writeAtomically(path, filled);
  return path;
}

/** The first `up` of a new host ends with the deploy key that its administrator adds to the repositories; the second goes on. */
export async function provision(host: Host, config: string, log: Log): Promise<void> {
  log("pulumi up");
  const up = ["up", config, "--yes", "--skip-preview"];
  if ((await runEngine(up)).exitCode === 0) return;
  const key = await ssh(host, "cat /home/benchmark/.ssh/id_ed25519.pub");
  if (key.exitCode !== 0) throw new UserError("pulumi up failed", "its output above says where");
  log("adding the deploy key to the repositories, as you would on GitHub; pulumi up again");
  await authorizeKey(host, key.stdout);
  if ((await runEngine(up)).exitCode !== 0) throw new UserError("pulumi up failed", "its output above says where");
}

/** Remove a server: its host with its repositories, its stack, its configuration. */
export async function removeServer(name: string, log: Log): Promise<void> {
  const host = await findHost(name);
  if (host) {
    log(`removing host ${name}`);
    await removeHost(name);
    await rm(localRepositories(host), { recursive: true, force: true });
  }
  await runEngine(["stack", "rm", name, "--force", "--yes"], { quiet: true });
  await rm(join(configurations, `${name}.yaml`), { force: true });
  await rm(join(import.meta.dirname, "..", "facts", `${name}.json`), { force: true });
}

/** Beside the host's own tree, so that they live and go with it. */
export function localRepositories(host: Host): string {
  return join(host.root, "..", "repositories");
}
