import { readFileSync } from "node:fs";
import { disagreements, type Disagreement } from "./agreement.ts";
import { readDocument, type Document, type Problem } from "./document.ts";
import { explain, inWords } from "./explain.ts";
import { schema, type Config } from "./schema.ts";
import { allSettings } from "./settings.ts";
import { UsageError } from "./user-error.ts";
import { codeOf } from "./error-code.ts";

export type { Problem } from "./document.ts";

/** Error for an invalid configuration. `message` lists every mistake, ready to print. */
export class ConfigError extends UsageError {
  readonly file: string;
  /** Mistakes in the order of the file. Line and column count from 1. */
  readonly problems: Problem[];

  constructor(file: string, problems: Problem[]) {
    super(formatProblems(file, problems), "correct the file and run the command again; nothing was changed");
    this.name = "ConfigError";
    this.file = file;
    this.problems = problems;
  }
}

/**
 * Reads and checks a configuration, synchronously.
 * @throws ConfigError with every mistake in the file, or with the reason that it cannot be read.
 */
export function loadConfig(path: string): Config {
  return parseConfig(readText(path), path);
}

/** Checks the text of a configuration. `file` is its name in messages. @throws ConfigError with every mistake. */
export function parseConfig(source: string, file: string): Config {
  const { document, problems } = readDocument(source);
  if (!document) throw new ConfigError(file, problems);

  const result = schema.safeParse(document.value);
  if (!result.success) {
    const settings = allSettings();
    problems.push(...result.error.issues.flatMap((issue) => explain(issue, document, settings)));
  }
  problems.push(...disagreements(document.value).map((one) => located(one, document)));

  if (!result.success || problems.length > 0) throw new ConfigError(file, inOrder(problems));
  return result.data;
}

/** Formats each mistake as `file:line:column: message`, with its hint on the next line. */
export function formatProblems(file: string, problems: Problem[]): string {
  return problems.map(({ line, column, message, hint }) => `${file}:${line}:${column}: ${message}\n    ${hint}`).join("\n");
}

function readText(path: string): string {
  try {
    // Fails for invalid UTF-8, and drops a byte order mark.
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    throw new ConfigError(path, [{ line: 1, column: 1, ...whyUnreadable(error) }]);
  }
}

function whyUnreadable(error: unknown): { message: string; hint: string } {
  const code = codeOf(error);
  if (code === "ENOENT")
    return {
      message: "the file does not exist",
      hint: "write the path of a configuration, such as a copy of config/mypyc.yaml or config/jq.yaml",
    };
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return { message: "invalid UTF-8", hint: "write the file as UTF-8" };
  return {
    message: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    hint: "write the path of a readable file",
  };
}

function located({ path, other, message, hint }: Disagreement, document: Document): Problem {
  const first = other && document.valueAt(other);
  return {
    ...document.valueAt(path),
    message: `${inWords(path)}: ${message}${first ? `, at ${first.line}:${first.column}` : ""}`,
    hint,
  };
}

function inOrder(problems: Problem[]): Problem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
