import { isConfigFile, stackOf } from "./configuration-choice.ts";

/** A command of Pulumi's with its arguments, as `engine.ts` runs it. */
export interface EngineArguments {
  /** Pulumi's command, such as up or preview. */
  verb: string;
  /** A configuration file given as the first argument that is no option; the stack is named after it. */
  configFile: string | undefined;
  /** By --stack, or by the configuration file's name. */
  stack: string | undefined;
  /** By --interrupt: what is measured makes room. */
  isInterrupting: boolean;
  /** By --verbose of up and preview: every value of a new host is shown. Pulumi's own --verbose takes a number. */
  isVerbose: boolean;
  /** By --help: nothing is done. */
  isHelp: boolean;
  /** All that Pulumi gets after the verb; without the configuration file and the stack. */
  rest: string[];
}

/** Commands of Pulumi's that are commands of ours. */
const ours = new Set(["up", "preview", "destroy"]);

/** A command of Pulumi's as one of ours: `up`, or `pulumi refresh`. */
export function commandOf(verb: string): string {
  return ours.has(verb) ? verb : `pulumi ${verb}`;
}

/** Pulumi's options whose value may be the name of a YAML file. */
const takesFile = new Set(["--config-file", "--plan", "--save-plan", "--policy-pack-config"]);

/** Reads `up config/demo.yaml --yes`: undefined where there is no verb. What it does not know is Pulumi's business. */
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
