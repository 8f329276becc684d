import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "./cache.ts";
import { silent, type Log } from "./progress.ts";
import { shell } from "./shell.ts";

const suitePackages = ["setuptools==80.9.0", "typing_extensions==4.15.0", "mypy_extensions==1.1.0"];

/** A venv of this machine's Python as a host's: what the sample suite itself needs. Kept between runs. */
export async function compileVenv(log: Log = silent): Promise<string> {
  return keptVenv("compile-venv-1", suitePackages, log);
}

/** A venv whose pip resolves requirements as of a date. Kept between runs. */
export async function datedPipVenv(log: Log = silent): Promise<string> {
  return keptVenv("dated-pip-venv-1", ["pip==26.3"], log);
}

async function keptVenv(name: string, packages: readonly string[], log: Log): Promise<string> {
  const folder = join(cacheFolder, name);
  const made = join(folder, "made");
  if (existsSync(made)) return folder;
  log("making a venv");
  await rm(folder, { recursive: true, force: true });
  await mkdir(cacheFolder, { recursive: true });
  await shell`python3 -m venv ${folder} && ${join(folder, "bin/pip")} install --quiet ${packages}`;
  await writeFile(made, "");
  return folder;
}
