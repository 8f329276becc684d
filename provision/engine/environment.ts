import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../config/root.ts";
import { commandPlugin, engineFolder, project } from "./pulumi-home.ts";

/** Everything of the project's own that is not for git. */
export const own = join(project, ".evenkeel");

/** The default backend: a folder of this checkout. */
export const localState = join(own, "state");

/** What lets Pulumi's library load in half of the time. */
const lazyModules = pathToFileURL(join(root, "tools/lazy-modules.js")).href;

/** Whether the state is in this checkout, as it is unless PULUMI_BACKEND_URL names another place. */
export function usesLocalState(given: NodeJS.ProcessEnv = process.env): boolean {
  return !given["PULUMI_BACKEND_URL"];
}

/** The environment in which Pulumi runs for this project. Makes the local state's folder and passphrase where they are needed and missing. */
export async function engineEnvironment(given: NodeJS.ProcessEnv = process.env): Promise<NodeJS.ProcessEnv> {
  const environment: NodeJS.ProcessEnv = {
    ...given,
    // The program runs under the Node of this process, the locked one in a checkout, and Pulumi finds its language host.
    PATH: [dirname(process.execPath), engineFolder, given["PATH"] ?? ""].join(delimiter),
    PULUMI_SKIP_UPDATE_CHECK: "1",
    // Program and plugin are loaded anew by each run: compiled once, they start faster. So are this project's tools, by package.json.
    NODE_COMPILE_CACHE: resolve(root, given["NODE_COMPILE_CACHE"] ?? join(own, "compiled")),
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

/** Made once: the secrets in the state cannot be read without it. */
async function passphraseFile(): Promise<string> {
  const file = join(own, "passphrase");
  if (!existsSync(file)) await writeFile(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  return file;
}
