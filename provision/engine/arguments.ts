import { isConfigFile, stackOf } from "./configuration-choice.ts";

/** Command of Pulumi with its arguments, for `runEngine`. */
export interface EngineArguments {
  /** Command of Pulumi, such as up or preview. */
  verb: string;
  /** Configuration file: the first YAML file among the arguments. The stack has its name. */
  configFile: string | undefined;
  /** Stack from --stack, or from the name of the configuration file. */
  stack: string | undefined;
  /** True with --interrupt: a running measurement stops at its next block. */
  isInterrupting: boolean;
  /** True with --verbose of up and preview: every value of a new host is shown. Pulumi's own --verbose has a number. */
  isVerbose: boolean;
  /** True with --help: only the help is shown. */
  isHelp: boolean;
  /** Arguments for Pulumi after the verb, without the configuration file and the stack. */
  rest: string[];
}

/** Pulumi's commands that are also commands of Evenkeel. */
const ownCommands = new Set(["up", "preview", "destroy"]);

/** Returns the command of Evenkeel that runs a command of Pulumi: `up`, or `pulumi refresh`. */
export function commandOf(verb: string): string {
  return ownCommands.has(verb) ? verb : `pulumi ${verb}`;
}

/** Options of Pulumi whose value may be the name of a YAML file. */
const takesFile = new Set(["--config-file", "--plan", "--save-plan", "--policy-pack-config"]);

/** Parses `up config/demo.yaml --yes`. Returns undefined without a verb. Unknown arguments go to Pulumi. */
export function parseArguments(args: readonly string[]): EngineArguments | undefined {
  const [verb, ...given] = args;
  if (verb === undefined) return undefined;
  const parsed: EngineArguments = {
    verb,
    configFile: undefined,
    stack: undefined,
    isInterrupting: false,
    isVerbose: false,
    isHelp: false,
    rest: [],
  };
  for (let index = 0; index < given.length; index += 1) {
    const arg = given[index] ?? "";
    if (arg === "--") {
      parsed.rest.push(...given.slice(index));
      break;
    }
    if (arg === "--stack" || arg === "-s") {
      index += 1;
      parsed.stack = given[index];
    } else if (arg.startsWith("--stack=")) {
      parsed.stack = arg.slice("--stack=".length);
    } else if (arg === "--interrupt" && verb === "up") {
      parsed.isInterrupting = true;
    } else if (arg === "--verbose" && (verb === "up" || verb === "preview")) {
      parsed.isVerbose = true;
    } else if (arg === "--help" || arg === "-h") {
      parsed.isHelp = true;
      parsed.rest.push(arg);
    } else if (parsed.configFile === undefined && isConfigFile(arg) && !takesFile.has(given[index - 1] ?? "")) {
      parsed.configFile = arg;
    } else {
      parsed.rest.push(arg);
    }
  }
  parsed.stack ??= parsed.configFile === undefined ? undefined : stackOf(parsed.configFile);
  return parsed;
}
