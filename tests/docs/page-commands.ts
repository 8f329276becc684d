/** A command that a page shows, as a reader types it. */
export interface PageCommand {
  /** Heading that it stands under. */
  section: string;
  command: string;
  /** True where its comment says that it is typed on the host: `# on the host's own console`. */
  isOnHost: boolean;
  /** Output that the page shows below it: a block without a language that is the next block of the page. */
  output?: string;
}

interface Block {
  section: string;
  language: string;
  text: string;
}

/** Commands in the shell blocks of a page, in its order, one a line. Comments are cut off. */
export function commandsOf(markdown: string): PageCommand[] {
  const blocks = fencedBlocks(markdown);
  return blocks.flatMap(({ section, language, text }, index) => {
    if (language !== "sh" && language !== "bash") return [];
    const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
    const next = blocks[index + 1];
    return lines.map((line, number) => {
      const [, command = "", comment = ""] = /^(.*?)(?:\s+#\s*(.*))?$/.exec(line) ?? [];
      const found = { section, command, isOnHost: comment.startsWith("on the host") };
      const isLast = number === lines.length - 1;
      return isLast && next?.language === "" && next.section === section ? { ...found, output: next.text } : found;
    });
  });
}

/** Example values that a page tells its reader to replace: the first column of the table under "Example values". */
export function exampleValues(markdown: string): string[] {
  const [, table = ""] = /^## Example values\n([^]*?)^## /m.exec(markdown) ?? [];
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, value = ""]) => value);
}

/**
 * A text of a page with its example values replaced.
 * @param own what is written instead, for every example value of the page and nothing else.
 */
export function withOwnValues(text: string, own: ReadonlyMap<string, string>): string {
  return [...own].reduce((replaced, [example, value]) => replaced.replaceAll(example, value), text);
}

/** A pattern for a line of shown output in which every number may be another one. */
export function likeLine(line: string): RegExp {
  const escaped = line.split(/[\d.]+/).map((part) => part.replaceAll(/[$()*+?[\\\]^{|}]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join(String.raw`[\d.]+`)}$`, "m");
}

function fencedBlocks(markdown: string): Block[] {
  let section = "";
  const blocks: Block[] = [];
  for (const [, heading, language, text] of markdown.matchAll(/^## (.+)$|^```(\w*)\n([^]*?)^```[ \t]*$/gm)) {
    if (heading !== undefined) section = heading;
    else blocks.push({ section, language: language ?? "", text: text ?? "" });
  }
  return blocks;
}
