import { basename, extname } from "node:path";
import { commandLine, isPackaged } from "../../config/command-line.ts";
import { UsageError } from "../../config/user-error.ts";

/** Configuration file and its stack. */
export interface Choice {
  /** Path relative to the project, as the program reads it. */
  file: string;
  stack: string;
}

/** Example files of a checkout, to be copied or filled in. */
const models = new Set(isPackaged ? [] : ["config/mypyc.yaml", "config/jq.yaml", "config/demo.yaml"]);

/** Hint for users without a configuration file. */
export const howToBegin = isPackaged
  ? `write one to edit: ${commandLine("init")}`
  : "copy config/mypyc.yaml or config/jq.yaml and edit the copy";

/** Returns all configurations: those of the stacks, and files in `config/` without a stack. */
export function choicesOf(stacks: readonly Choice[], files: readonly string[]): Choice[] {
  const used = new Set(stacks.map(({ file }) => file));
  const unused = files.filter((file) => !used.has(file) && !models.has(file)).map((file) => ({ file, stack: stackOf(file) }));
  return [...stacks, ...unused];
}

/** Returns the only configuration. @param command name of the command: `up`. @throws UsageError if there is none or several. */
export function onlyOne(choices: readonly Choice[], command: string): Choice {
  const [only, ...others] = choices;
  if (only === undefined) {
    throw new UsageError("there is no configuration file yet", `${howToBegin}; then run: ${commandLine(`${command} config/yours.yaml`)}`);
  }
  if (others.length === 0) return only;
  throw new UsageError(
    `there are ${choices.length} configuration files; name one`,
    ["run one of these:", ...choices.map((one) => `  ${commandFor(command, one)}`)].join("\n"),
  );
}

/** Returns a command line with a configuration: `npm run up -- config/yours.yaml`. @param command name of the command: `up`. */
export function commandFor(command: string, { file, stack }: Choice): string {
  return commandLine(`${command} ${file}${stackOf(file) === stack ? "" : ` --stack ${stack}`}`);
}

export function isConfigFile(argument: string): boolean {
  return !argument.startsWith("-") && [".yaml", ".yml"].includes(extname(argument));
}

/** Returns the stack of a configuration file: `yours` for config/yours.yaml. */
export function stackOf(configFile: string): string {
  return basename(configFile, extname(configFile));
}
