import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../config/root.ts";
import { commandPlugin, engineFolder, project } from "./pulumi-home.ts";

/** Folder for the project's files outside git. */
export const own = join(project, ".evenkeel");

/** Folder of the default backend, in this project. */
export const localState = join(own, "state");

/** Module that halves the loading time of Pulumi's library. */
const lazyModules = pathToFileURL(join(root, "tools/lazy-modules.js")).href;

/** Returns whether the state is in this project, which is the default. PULUMI_BACKEND_URL names another backend. */
export function usesLocalState(given: NodeJS.ProcessEnv = process.env): boolean {
  return !given["PULUMI_BACKEND_URL"];
}

/** Returns the environment variables for Pulumi. Creates the folder and the passphrase of the local state if they are missing. */
export async function engineEnvironment(given: NodeJS.ProcessEnv = process.env): Promise<NodeJS.ProcessEnv> {
  const environment: NodeJS.ProcessEnv = {
    ...given,
    // The program uses the Node of this process, which is the locked one in a checkout. Pulumi finds its language host on PATH.
    PATH: [dirname(process.execPath), engineFolder, given["PATH"] ?? ""].join(delimiter),
    PULUMI_SKIP_UPDATE_CHECK: "1",
    // Each run loads program and plugin anew. Compiled code starts faster. package.json does the same for this project's tools.
    NODE_COMPILE_CACHE: resolve(root, given["NODE_COMPILE_CACHE"] ?? join(own, "compiled")),
    // The engine lives for seconds and needs little memory: collecting garbage takes a fifth of its start.
    GOGC: given["GOGC"] ?? "400",
    NODE_OPTIONS: [given["NODE_OPTIONS"] ?? "", `--import=${lazyModules}`].join(" ").trim(),
  };
  if (existsSync(commandPlugin)) environment["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "1";
  if (!usesLocalState(given)) return environment;
  await mkdir(localState, { recursive: true, mode: 0o700 });
  environment["PULUMI_BACKEND_URL"] = pathToFileURL(localState).href;
  const hasPassphrase = given["PULUMI_CONFIG_PASSPHRASE"] !== undefined || given["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined;
  if (!hasPassphrase) environment["PULUMI_CONFIG_PASSPHRASE_FILE"] = await passphraseFile();
  return environment;
}

/** Returns the path of the passphrase, which is created once. The secrets in the state cannot be read without it. */
async function passphraseFile(): Promise<string> {
  const file = join(own, "passphrase");
  if (!existsSync(file)) await writeFile(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  return file;
}
