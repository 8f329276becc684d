import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { load } from "js-yaml";
import * as z from "zod";
import { commandLine, isPackaged } from "../../config/command-line.ts";
import { loadConfig } from "../../config/load.ts";
import type { Config } from "../../config/schema.ts";
import { UserError } from "../../config/user-error.ts";
import { choicesOf, howToBegin, isConfigFile, onlyOne, stackOf, type Choice } from "./configuration-choice.ts";
import type { EngineArguments } from "./arguments.ts";
import { localState, usesLocalState } from "./environment.ts";
import { root } from "../../config/root.ts";
import { engine, isProjectNamed, project } from "./pulumi-home.ts";

const configKey = "evenkeel:config";
/** Commands that create a missing stack in the local state. */
const creating = new Set(["up", "preview"]);
/** Commands that work on one stack. */
const onStack = new Set(["up", "preview", "destroy", "refresh", "cancel", "logs", "watch", "console"]);

/** Commands that run the program. */
const readingConfig = new Set(["up", "preview", "refresh"]);

const projectFile = z.object({ name: z.string() });
const stackSettings = z.object({ config: z.record(z.string(), z.unknown()).default({}) });

type Asked = Pick<EngineArguments, "verb" | "configFile" | "stack">;

/** Stack of a command. `file` is undefined if the stack has no configuration yet. */
export interface Prepared {
  stack: string;
  file: string | undefined;
}

/**
 * Returns the stack of a command, or undefined if Pulumi selects it. Creates the stack and sets its configuration file if necessary.
 * @param command name of the command, for messages: `up`.
 * @throws UserError if neither a file nor a stack is named and there are several; ConfigError with every mistake in the file.
 */
export function prepareStack(asked: Asked, environment: NodeJS.ProcessEnv, command: string): Prepared | undefined {
  const chosen = chosenBy(asked, command);
  if (chosen === undefined) return undefined;
  const { stack, file } = chosen;
  // The program would find the same mistakes, but with Pulumi's exit code.
  if (readingConfig.has(asked.verb) && file !== undefined) configurationIn(file);
  if (usesLocalState() && creating.has(asked.verb) && !localStacks().includes(stack)) {
    pulumi(["stack", "init", stack, "--non-interactive"], environment);
  }
  if (file !== undefined && configuredFile(stack) !== file) {
    pulumi(["config", "set", configKey, file, "--stack", stack, "--non-interactive"], environment);
  }
  return chosen;
}

/** Returns the stack and the configuration of a command, like `prepareStack`. @throws UserError if the stack has no configuration. */
export function prepareConfigured(asked: Asked, environment: NodeJS.ProcessEnv, command: string): Choice {
  const { stack, file } = prepareStack(asked, environment, command) ?? onlyConfiguration(command);
  if (file !== undefined) return { stack, file };
  throw new UserError(`stack ${stack} has no configuration file`, `name one: ${commandLine(`${command} config/yours.yaml`)}`);
}

/** Returns the stack by the named file or stack, else of the only configuration. */
function chosenBy({ verb, configFile, stack }: Asked, command: string): Prepared | undefined {
  if (configFile !== undefined) return { file: existingFile(configFile), stack: stack ?? stackOf(configFile) };
  if (stack !== undefined) return { stack, file: configuredFile(stack) };
  return onStack.has(verb) ? onlyConfiguration(command) : undefined;
}

/** Returns the only configuration. @throws UserError that lists them if there are several. */
export function onlyConfiguration(command: string): Choice {
  return onlyOne(choicesOf(configuredStacks(), filesIn("config")), command);
}

/** Returns the stacks with their configuration files, for any backend. */
function configuredStacks(): Choice[] {
  const names = readdirSync(project).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  return names.sort().flatMap((stack) => {
    const file = configuredFile(stack);
    return file === undefined ? [] : [{ stack, file }];
  });
}

/** Returns the YAML files in a folder of the project, as paths relative to the project. */
function filesIn(folder: string): string[] {
  const path = join(project, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter(isConfigFile)
    .map((file) => `${folder}/${file}`)
    .sort();
}

/** Returns the names of the project's stacks in the local state. */
function localStacks(): string[] {
  const { name } = projectFile.parse(readYaml(join(project, "Pulumi.yaml")));
  const folder = join(localState, ".pulumi/stacks", name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/** Returns the path of a file for the program: relative to the project, in which Pulumi starts it, or absolute with EVENKEEL_PROJECT. */
export function existingFile(given: string): string {
  const from = process.env["INIT_CWD"] ?? process.cwd();
  const file = [from, project, ...(isPackaged ? [] : [root])]
    .map((folder) => resolve(folder, given))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw new UserError(`the configuration file ${given} does not exist`, howToBegin);
  }
  return isProjectNamed ? file : relative(project, file);
}

/** Reads the configuration in a file of the project. @throws ConfigError with every mistake in it. */
export function configurationIn(file: string): Config {
  return loadConfig(resolve(project, file));
}

function configuredFile(stack: string): string | undefined {
  const file = join(project, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) return undefined;
  // An empty file is a stack without settings.
  const configured = stackSettings.parse(readYaml(file) ?? {}).config[configKey];
  return typeof configured === "string" ? configured : undefined;
}

function readYaml(file: string): unknown {
  return load(readFileSync(file, "utf8"));
}

/** Runs a short command of Pulumi. @throws UserError with its error text. */
function pulumi(args: string[], environment: NodeJS.ProcessEnv): void {
  const { status, stderr } = spawnSync(engine, args, { cwd: project, env: environment, encoding: "utf8" });
  if (status !== 0) throw new UserError(`pulumi ${args.join(" ")} failed:\n${stderr.trim()}`, "see pulumi's message above");
}
