import { basename, extname } from "node:path";
import { commandLine, isPackaged } from "../../config/command-line.ts";
import { UsageError } from "../../config/user-error.ts";

/** A configuration file and the stack that is made of it. */
export interface Choice {
  /** As the program reads it: relative to the project. */
  file: string;
  stack: string;
}

/** Files of a checkout that are there to be copied or filled in. */
const models = new Set(isPackaged ? [] : ["config/mypyc.yaml", "config/jq.yaml", "config/demo.yaml"]);

/** First steps to a configuration file. */
export const howToBegin = isPackaged
  ? `write one to edit: ${commandLine("init")}`
  : "copy config/mypyc.yaml or config/jq.yaml, edit the copy, and name it";

/** Every configuration there is: those of the stacks, and files in `config/` that no stack was made of yet. */
export function choicesOf(stacks: readonly Choice[], files: readonly string[]): Choice[] {
  const used = new Set(stacks.map(({ file }) => file));
  const unused = files.filter((file) => !used.has(file) && !models.has(file)).map((file) => ({ file, stack: stackOf(file) }));
  return [...stacks, ...unused];
}

/** The only one of them. @param command its name: `up`. @throws UsageError where there is none, or where there are several. */
export function onlyOne(choices: readonly Choice[], command: string): Choice {
  const [only, ...others] = choices;
  if (only === undefined) {
    throw new UsageError("there is no configuration file yet", `${howToBegin}; then: ${commandLine(`${command} config/yours.yaml`)}`);
  }
  if (others.length === 0) return only;
  throw new UsageError(
    `there are ${choices.length} configuration files; name one`,
    ["run one of these:", ...choices.map((one) => `  ${commandFor(command, one)}`)].join("\n"),
  );
}

/** The command line that works on a configuration: `npm run up -- config/yours.yaml`. @param command its name: `up`. */
export function commandFor(command: string, { file, stack }: Choice): string {
  return commandLine(`${command} ${file}${stackOf(file) === stack ? "" : ` --stack ${stack}`}`);
}

export function isConfigFile(argument: string): boolean {
  return !argument.startsWith("-") && [".yaml", ".yml"].includes(extname(argument));
}

/** config/yours.yaml is the stack yours. */
export function stackOf(configFile: string): string {
  return basename(configFile, extname(configFile));
}
