import { homedir } from "node:os";
import { join } from "node:path";

/** The versions of Pulumi's parts that this project runs with; package.json and the go.mod files pin the same. */
export const engineVersion = "3.259.0";
export const commandVersion = "1.2.1";

/** This checkout: the program. */
export const root = join(import.meta.dirname, "..");

/** The folder of Pulumi.yaml, the stacks' settings, facts and plans: this checkout, unless another one is named. */
export const project = process.env["EVENKEEL_PROJECT"] ?? root;

/** Where Pulumi keeps its programs, the same place for the official installer and for this project. */
export const pulumiHome = process.env["PULUMI_HOME"] || join(homedir(), ".pulumi");

export const engineFolder = join(pulumiHome, "versions", engineVersion, "bin");
export const engine = join(engineFolder, "pulumi");
export const languageHost = join(engineFolder, "pulumi-language-nodejs");

export const commandPluginFolder = join(pulumiHome, "plugins", `resource-command-v${commandVersion}`);
export const commandPlugin = join(commandPluginFolder, "pulumi-resource-command");
