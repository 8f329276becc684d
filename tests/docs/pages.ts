import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

const leftOut = new Set(["node_modules", ".git", ".evenkeel", ".claude"]);

/** Every Markdown file of the repository, paths from its root. */
export function pages(folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return leftOut.has(entry.name) ? [] : pages(path);
    return entry.isFile() && entry.name.endsWith(".md") ? [relative(root, path)] : [];
  });
}

export function textOf(page: string): string {
  return readFileSync(join(root, page), "utf8");
}

/** A page without its fenced blocks. */
export function proseOf(markdown: string): string {
  return markdown.replaceAll(/^(```+)[^\n]*\n[^]*?^\1[ \t]*$/gm, "");
}

/** Fenced blocks of one language, in the order of the page. */
export function blocksOf(markdown: string, language: string): string[] {
  return [...markdown.matchAll(/^```(\w*)\n([^]*?)^```[ \t]*$/gm)].filter(([, given]) => given === language).map(([, , text = ""]) => text);
}

/** Texts between single backquotes, fenced blocks left out. */
export function codeSpans(markdown: string): string[] {
  return [...proseOf(markdown).matchAll(/`([^`\n]+)`/g)].map(([, text = ""]) => text);
}
