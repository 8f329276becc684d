import { readFileSync } from "node:fs";
import { disagreements, type Disagreement } from "./agreement.ts";
import { readDocument, type Document, type Problem } from "./document.ts";
import { explain, inWords } from "./explain.ts";
import { schema, type Config } from "./schema.ts";
import { allSettings } from "./settings.ts";
import { UsageError } from "./user-error.ts";
import { codeOf } from "./error-code.ts";

export type { Problem } from "./document.ts";

/** A configuration with mistakes. `message` lists all of them, ready to print. */
export class ConfigError extends UsageError {
  readonly file: string;
  /** In the order of the file; line and column count from 1. */
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
 * @throws ConfigError with every mistake of the file, also where it cannot be read at all.
 */
export function loadConfig(path: string): Config {
  return parseConfig(readText(path), path);
}

/** The same for text at hand; `file` is the name that messages give it. */
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

/** One mistake as `file:line:column: what is wrong`, its hint on the next line. */
export function formatProblems(file: string, problems: Problem[]): string {
  return problems.map(({ line, column, message, hint }) => `${file}:${line}:${column}: ${message}\n    ${hint}`).join("\n");
}

function readText(path: string): string {
  try {
    // Refuses bytes that are no UTF-8, and drops a byte order mark.
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
      hint: "write the path of a configuration: config/mypyc.yaml and config/jq.yaml are the models",
    };
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return { message: "invalid UTF-8", hint: "write the file as UTF-8" };
  return {
    message: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    hint: "write the path of a file you may read",
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
