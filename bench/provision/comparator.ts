import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../lab/cache.ts";
import { sshEnvironment, sshOk, type Host } from "../../lab/host.ts";
import type { Log } from "../../lab/progress.ts";
import { shell } from "../../lab/shell.ts";
import type { Changes } from "./summaries.ts";

/** Another tool that makes a host what a declaration says. */
export interface Comparator {
  name: string;
  /** What pip installs. */
  package: string;
  /** Its command, in the venv's folder of programs. */
  program: string;
  /** Write what it reads besides its deploy into the declaration's folder. Returns its arguments. */
  prepare: (host: Host, folder: string) => Promise<string[]>;
  changesOf: (output: string) => Changes;
  /** Packages that its modules need on the host. */
  needs?: readonly string[];
  environment?: Record<string, string>;
}

export interface ComparatorRun {
  seconds: number;
  /** What it changed. */
  changes: Changes;
}

/** Let the tool make a host what is declared there already, once: what it writes in another form than Evenkeel does, it then has written. */
export async function converge(one: Comparator, host: Host, folder: string, log: Log): Promise<void> {
  const install = "DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300";
  if (one.needs) await sshOk(host, `${install} ${one.needs.join(" ")}`);
  const { changes } = await runComparator(one, host, folder, log);
  log(`${one.package} changed at first: ${changes.join(", ") || "nothing"}`);
}

/** Bring a host to the declaration in a folder, logged in by the lab's agent. @throws where the tool fails. */
export async function runComparator(one: Comparator, host: Host, folder: string, log: Log): Promise<ComparatorRun> {
  const venv = await installed(one, log);
  const args = await one.prepare(host, folder);
  const run = shell({ nothrow: true, cwd: folder, env: { ...(await sshEnvironment()), ...one.environment } });
  const started = performance.now();
  const { exitCode, stdout, stderr } = await run`${join(venv, "bin", one.program)} ${args}`;
  const seconds = (performance.now() - started) / 1000;
  const output = `${stdout}${stderr}`;
  if (exitCode !== 0) throw new Error(`${one.name} ended with ${exitCode}:\n${output}`);
  return { seconds, changes: one.changesOf(output) };
}

/** A venv with the tool in it, kept between runs for each version. */
async function installed({ package: wanted }: Comparator, log: Log): Promise<string> {
  const folder = join(cacheFolder, "comparators", wanted);
  const made = join(folder, "made");
  if (existsSync(made)) return folder;
  log(`installing ${wanted}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, ".."), { recursive: true });
  await shell`python3 -m venv ${folder} && ${join(folder, "bin/pip")} install --quiet --disable-pip-version-check ${wanted}`;
  await writeFile(made, "");
  return folder;
}
