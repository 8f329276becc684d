import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { UserError } from "../config/user-error.ts";
import type { EngineArguments } from "./engine-arguments.ts";
import { localState, usesLocalState } from "./engine-environment.ts";
import { engine, project, root } from "./pulumi-home.ts";

const configKey = "evenkeel:config";
/** Commands that make a stack of the local state where there is none of that name. */
const creating = new Set(["up", "preview"]);
/** Commands that work on one stack. */
const onStack = new Set(["up", "preview", "destroy", "refresh", "cancel", "logs", "watch", "console"]);

/** Commands that run the program. */
const readingConfig = new Set(["up", "preview", "refresh"]);

const projectFile = z.object({ name: z.string() });
const stackSettings = z.object({ config: z.record(z.string(), z.unknown()).default({}) });

/** The stack a command works on, made and pointed at its configuration file if need be; undefined leaves it to Pulumi. */
export function prepareStack(asked: EngineArguments, environment: NodeJS.ProcessEnv): string | undefined {
  const configFile = asked.configFile === undefined ? undefined : existingFile(asked.configFile);
  const stack = asked.stack ?? defaultStack(asked.verb, environment);
  if (stack === undefined) return undefined;
  // The program would find the same mistakes, but Pulumi has an exit code of its own.
  if (readingConfig.has(asked.verb)) checkConfig(configFile ?? configuredFile(stack));
  if (usesLocalState() && creating.has(asked.verb) && !localStacks().includes(stack)) {
    pulumi(["stack", "init", stack, "--non-interactive"], environment);
  }
  if (configFile !== undefined && configuredFile(stack) !== configFile) {
    pulumi(["config", "set", configKey, configFile, "--stack", stack, "--non-interactive"], environment);
  }
  return stack;
}

/** The only stack, else the one selected last. */
function defaultStack(verb: string, environment: NodeJS.ProcessEnv): string | undefined {
  if (!usesLocalState() || !onStack.has(verb)) return undefined;
  const stacks = localStacks();
  if (stacks.length === 0) {
    throw new UserError("there is no stack yet", `name a configuration file: npm run ${verb} -- config/demo.yaml`);
  }
  const [only, ...others] = stacks;
  if (others.length === 0) return only;
  const selected = spawnSync(engine, ["stack", "--show-name", "--non-interactive"], {
    cwd: project,
    env: environment,
    encoding: "utf8",
  });
  if (selected.status === 0) return selected.stdout.trim();
  throw new UserError(
    `which stack? there are ${stacks.join(", ")}`,
    `npm run ${verb} -- --stack ${only}, or select one: npm run pulumi -- stack select ${only}`,
  );
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

/** The file as the program reads it: relative to the project, where npm run starts the program. */
function existingFile(given: string): string {
  const from = process.env["INIT_CWD"] ?? process.cwd();
  const file = [resolve(from, given), resolve(project, given), resolve(root, given)].find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw new UserError(`there is no configuration file ${given}`, "config/demo.yaml is an example");
  }
  return project === root ? relative(root, file) : file;
}

/** @throws ConfigError with every mistake in it. */
function checkConfig(configFile: unknown): void {
  if (typeof configFile === "string") loadConfig(resolve(project, configFile));
}

/** The configuration that the program reads for a stack. @throws ConfigError with every mistake in it; UserError where it has none. */
export function configurationOf(stack: string): Config {
  const file = configuredFile(stack);
  if (typeof file !== "string")
    throw new UserError(`stack ${stack} has no configuration file`, "name one: npm run plan -- config/demo.yaml");
  return loadConfig(resolve(project, file));
}

function configuredFile(stack: string): unknown {
  const file = join(project, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) return undefined;
  // An empty file is a stack without settings.
  return stackSettings.parse(readYaml(file) ?? {}).config[configKey];
}

function readYaml(file: string): unknown {
  return load(readFileSync(file, "utf8"));
}

/** One of Pulumi's own small commands; its error text is the user's. */
function pulumi(args: string[], environment: NodeJS.ProcessEnv): void {
  const { status, stderr } = spawnSync(engine, args, { cwd: project, env: environment, encoding: "utf8" });
  if (status !== 0) throw new UserError(`pulumi ${args.join(" ")} failed:\n${stderr.trim()}`, "see pulumi's message above");
}
