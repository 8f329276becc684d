import { commandLine } from "../../../config/command-line.ts";
import { readFile, readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { UserError } from "../../../config/user-error.ts";
import { writeAtomically } from "../../system/atomic.ts";

/** Forms of a file of sources: a line each, or deb822 stanzas; sources.list(5). They are the files' extensions. */
type Format = ".list" | ".sources";

interface Sources {
  text: string;
  /** All suites that the file names. */
  suites: string[];
}

/**
 * Point apt at another release: every suite of the one, such as `bookworm-security`, becomes that of the other. Repeating it is harmless.
 *
 * @throws UserError where no source names either: what they are instead, only their owner knows.
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
    `no source of apt's names ${from}: ${files.map(({ path }) => path).join(", ")} have ${[...new Set(suites)].join(", ") || "nothing"}`,
    `write the suite ${to} there by hand, then run \`${commandLine("up")}\` again`,
  );
}

/** The text of a file of sources with the suites of one release replaced by those of another. */
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

/** `deb [options] URI SUITE COMPONENTS…` */
function listLines(lines: readonly string[], rename: (suite: string) => string): string[] {
  return lines.map((line) =>
    line.replace(/^(\s*deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?\S+\s+)(\S+)/, (_all, start: string, suite: string) => start + rename(suite)),
  );
}

/** `Suites: SUITE…`, on lines that begin with a space too. */
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
