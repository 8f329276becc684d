import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { isPackaged } from "../../config/command-line.ts";
import { root } from "../../config/root.ts";

/** The versions of Pulumi's parts that this project runs with; package.json and the go.mod files pin the same. */
export const engineVersion = "3.259.0";
export const commandVersion = "1.2.1";

/** True if another project is named than the one that a command is run in. */
export const isProjectNamed = process.env["EVENKEEL_PROJECT"] !== undefined;

/** The folder of Pulumi.yaml, the stacks' settings, facts and plans: this checkout, or where the package's command is run. */
export const project = process.env["EVENKEEL_PROJECT"] ?? (isPackaged ? process.cwd() : root);

const packageSchema = z.object({ version: z.string(), engines: z.object({ node: z.string() }) });

/** The fields of package.json that programs use. */
export function packageFields(): z.infer<typeof packageSchema> {
  return packageSchema.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
}

/** The oldest Node that programs on the admin's machine run under, as esbuild names it: `node22.18.0`. */
export function oldestNode(): string {
  return packageFields().engines.node.replace(">=", "node");
}

/** Where Pulumi keeps its programs, the same place for the official installer and for this project. */
export const pulumiHome = process.env["PULUMI_HOME"] || join(homedir(), ".pulumi");

export const engineFolder = join(pulumiHome, "versions", engineVersion, "bin");
export const engine = join(engineFolder, "pulumi");
export const languageHost = join(engineFolder, "pulumi-language-nodejs");

export const commandPluginFolder = join(pulumiHome, "plugins", `resource-command-v${commandVersion}`);
export const commandPlugin = join(commandPluginFolder, "pulumi-resource-command");
