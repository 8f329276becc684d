import { commandLine } from "../../../config/command-line.ts";
import { readFile, readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { UserError } from "../../../config/user-error.ts";
import { writeAtomically } from "../../system/atomic.ts";

/** Formats of apt's source files, by extension: one line for each source, or deb822 stanzas. See sources.list(5). */
type Format = ".list" | ".sources";

interface Sources {
  text: string;
  /** Suites of the file after the replacement. */
  suites: string[];
}

/**
 * Points apt at another release: every suite of the old one, such as `bookworm-security`, becomes the suite of the new one. Idempotent.
 *
 * @throws UserError if no source names either release: only the owner knows the right suites then.
 */
export async function pointSources(from: string, to: string): Promise<void> {
  const files = await sourceFiles();
  const suites: string[] = [];
  for (const { path, format } of files) {
    const text = await readFile(path, "utf8");
    const renamed = inRelease(text, format, from, to);
    suites.push(...renamed.suites);
    if (renamed.text !== text) await writeAtomically(path, renamed.text);
  }
  if (suites.includes(to)) return;
  throw new UserError(
    `no apt source has the suite ${from}: ${files.map(({ path }) => path).join(", ")} have ${[...new Set(suites)].join(", ") || "nothing"}`,
    `write the suite ${to} there yourself, then run \`${commandLine("up")}\` again`,
  );
}

/** Returns the text of a source file with the suites of one release replaced by the suites of another. */
export function inRelease(text: string, format: Format, from: string, to: string): Sources {
  const suites: string[] = [];
  const rename = (suite: string): string => {
    const rest = suite.slice(from.length);
    const renamed = suite.startsWith(from) && /^([-/]|$)/.test(rest) ? `${to}${rest}` : suite;
    suites.push(renamed);
    return renamed;
  };
  const lines = text.split("\n");
  return { text: (format === ".list" ? listLines : stanzaLines)(lines, rename).join("\n"), suites };
}

/** Replaces suites in lines `deb [options] URI SUITE COMPONENTS…`. */
function listLines(lines: readonly string[], rename: (suite: string) => string): string[] {
  return lines.map((line) =>
    line.replace(/^(\s*deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?\S+\s+)(\S+)/, (_all, start: string, suite: string) => start + rename(suite)),
  );
}

/** Replaces suites in fields `Suites: SUITE…`, including continuation lines, which begin with a space. */
function stanzaLines(lines: readonly string[], rename: (suite: string) => string): string[] {
  let field = "";
  return lines.map((line) => {
    if (line.startsWith("#")) return line;
    const [, start = "", name, value = ""] = /^((?:([\w-]+):)?)(.*)$/.exec(line) ?? [];
    if (name !== undefined) field = name.toLowerCase();
    else if (!/^[ \t]/.test(line)) field = "";
    return field === "suites" ? start + value.replaceAll(/\S+/g, rename) : line;
  });
}

async function sourceFiles(): Promise<{ path: string; format: Format }[]> {
  const folder = "/etc/apt/sources.list.d";
  const names = await readdir(folder).catch(() => []);
  const paths = ["/etc/apt/sources.list", ...names.map((name) => join(folder, name))];
  const found: { path: string; format: Format }[] = [];
  for (const path of paths) {
    const format = extname(path);
    const isThere = (await readFile(path, "utf8").catch(() => undefined)) !== undefined;
    if (isThere && (format === ".list" || format === ".sources")) found.push({ path, format });
  }
  return found;
}
