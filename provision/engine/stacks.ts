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
/** Commands that make a stack of the local state where there is none of that name. */
const creating = new Set(["up", "preview"]);
/** Commands that work on one stack. */
const onStack = new Set(["up", "preview", "destroy", "refresh", "cancel", "logs", "watch", "console"]);

/** Commands that run the program. */
const readingConfig = new Set(["up", "preview", "refresh"]);

const projectFile = z.object({ name: z.string() });
const stackSettings = z.object({ config: z.record(z.string(), z.unknown()).default({}) });

type Asked = Pick<EngineArguments, "verb" | "configFile" | "stack">;

/** A stack that a command works on. `file` is undefined where it has no configuration yet. */
export interface Prepared {
  stack: string;
  file: string | undefined;
}

/**
 * Returns the stack a command works on, made and pointed at its configuration file if need be; undefined leaves it to Pulumi.
 * @param command its name, for messages: `up`.
 * @throws UserError where neither a file nor a stack is named and there are several; ConfigError with every mistake in the file.
 */
export function prepareStack(asked: Asked, environment: NodeJS.ProcessEnv, command: string): Prepared | undefined {
  const chosen = chosenBy(asked, command);
  if (chosen === undefined) return undefined;
  const { stack, file } = chosen;
  // The program would find the same mistakes, but Pulumi has an exit code of its own.
  if (readingConfig.has(asked.verb) && file !== undefined) configurationIn(file);
  if (usesLocalState() && creating.has(asked.verb) && !localStacks().includes(stack)) {
    pulumi(["stack", "init", stack, "--non-interactive"], environment);
  }
  if (file !== undefined && configuredFile(stack) !== file) {
    pulumi(["config", "set", configKey, file, "--stack", stack, "--non-interactive"], environment);
  }
  return chosen;
}

/** The same for a command that works on a configuration. @throws UserError where the stack has none. */
export function prepareConfigured(asked: Asked, environment: NodeJS.ProcessEnv, command: string): Choice {
  const { stack, file } = prepareStack(asked, environment, command) ?? onlyConfiguration(command);
  if (file !== undefined) return { stack, file };
  throw new UserError(`stack ${stack} has no configuration file`, `name one: ${commandLine(`${command} config/yours.yaml`)}`);
}

/** By the file or the stack that is named, else the only configuration there is. */
function chosenBy({ verb, configFile, stack }: Asked, command: string): Prepared | undefined {
  if (configFile !== undefined) return { file: existingFile(configFile), stack: stack ?? stackOf(configFile) };
  if (stack !== undefined) return { stack, file: configuredFile(stack) };
  return onStack.has(verb) ? onlyConfiguration(command) : undefined;
}

/** The only configuration there is. @throws UserError that lists them where there are several. */
export function onlyConfiguration(command: string): Choice {
  return onlyOne(choicesOf(configuredStacks(), filesIn("config")), command);
}

/** Stacks with the configuration file of each, whichever backend has their state. */
function configuredStacks(): Choice[] {
  const names = readdirSync(project).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  return names.sort().flatMap((stack) => {
    const file = configuredFile(stack);
    return file === undefined ? [] : [{ stack, file }];
  });
}

/** YAML files in a folder of the project, as paths from there. */
function filesIn(folder: string): string[] {
  const path = join(project, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter(isConfigFile)
    .map((file) => `${folder}/${file}`)
    .sort();
}

/** Names of the project's stacks in the local state. */
function localStacks(): string[] {
  const { name } = projectFile.parse(readYaml(join(project, "Pulumi.yaml")));
  const folder = join(localState, ".pulumi/stacks", name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/** The file as the program reads it: relative to the project, where Pulumi starts the program; absolute where another project is named. */
export function existingFile(given: string): string {
  const from = process.env["INIT_CWD"] ?? process.cwd();
  const file = [from, project, ...(isPackaged ? [] : [root])]
    .map((folder) => resolve(folder, given))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw new UserError(`there is no configuration file ${given}`, howToBegin);
  }
  return isProjectNamed ? file : relative(project, file);
}

/** The configuration in a file, as the program reads it. @throws ConfigError with every mistake in it. */
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

/** One of Pulumi's own small commands; its error text is the user's. */
function pulumi(args: string[], environment: NodeJS.ProcessEnv): void {
  const { status, stderr } = spawnSync(engine, args, { cwd: project, env: environment, encoding: "utf8" });
  if (status !== 0) throw new UserError(`pulumi ${args.join(" ")} failed:\n${stderr.trim()}`, "see pulumi's message above");
}
