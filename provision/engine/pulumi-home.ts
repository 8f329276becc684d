import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { isPackaged } from "../../config/command-line.ts";
import { root } from "../../config/root.ts";

/** Versions of Pulumi's parts that this project uses. package.json and the go.mod files pin the same versions. */
export const engineVersion = "3.259.0";
export const commandVersion = "1.2.1";

/** True if EVENKEEL_PROJECT names another project than the current one. */
export const isProjectNamed = process.env["EVENKEEL_PROJECT"] !== undefined;

/** Folder of Pulumi.yaml, the stacks' settings, facts and plans: this checkout, or the current folder of the package's command. */
export const project = process.env["EVENKEEL_PROJECT"] ?? (isPackaged ? process.cwd() : root);

const packageSchema = z.object({ version: z.string(), engines: z.object({ node: z.string() }) });

/** Returns the fields of package.json that programs use. */
export function packageFields(): z.infer<typeof packageSchema> {
  return packageSchema.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
}

/** Returns the oldest supported Node on the admin's machine, in esbuild's notation: `node22.18.0`. */
export function oldestNode(): string {
  return packageFields().engines.node.replace(">=", "node");
}

/** Folder of Pulumi's programs, the same for the official installer and this project. */
export const pulumiHome = process.env["PULUMI_HOME"] || join(homedir(), ".pulumi");

export const engineFolder = join(pulumiHome, "versions", engineVersion, "bin");
export const engine = join(engineFolder, "pulumi");
export const languageHost = join(engineFolder, "pulumi-language-nodejs");

export const commandPluginFolder = join(pulumiHome, "plugins", `resource-command-v${commandVersion}`);
export const commandPlugin = join(commandPluginFolder, "pulumi-resource-command");
