import { existsSync } from "node:fs";
import { basename, dirname, join, normalize, relative } from "node:path";
import { expect, test } from "vitest";
import { pages, proseOf, root, textOf } from "./pages.ts";

/** Targets of links and pictures, code left out. */
function linksOf(markdown: string): string[] {
  const prose = proseOf(markdown).replaceAll(/`[^`\n]*`/g, (code) => (code.includes("](") ? "" : code));
  const inline = [...prose.matchAll(/\]\(\s*([^()\s]+)(?:\s+"[^"]*")?\s*\)/g)];
  const named = [...prose.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm)];
  const html = [...prose.matchAll(/\b(?:src|srcset|href)="([^"\s]+)"/g)];
  return [...inline, ...named, ...html].map(([, target = ""]) => target);
}

/** Anchors of a page's headings, as GitHub makes them: a repeated one gets a number. */
function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of proseOf(markdown).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const plain = text.replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, "").replaceAll(/\s/g, "-");
    let anchor = plain;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${plain}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Relative links of a page that lead nowhere. */
function brokenLinks(page: string, markdown = textOf(page)): string[] {
  return linksOf(markdown).filter((link) => {
    if (/^[a-z][a-z+.-]*:/i.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const file = path === "" ? page : normalize(join(dirname(page), decodeURIComponent(path)));
    if (path !== "" && !existsSync(join(root, file))) return true;
    if (anchor === undefined) return false;
    return !anchorsOf(file === page ? markdown : textOf(file)).has(anchor);
  });
}

test.each(pages())("every relative link and anchor of %s exists", (page) => {
  expect(brokenLinks(page)).toEqual([]);
});

test("a link to a file, a picture or an anchor that is not there is found", () => {
  const page = [
    "# Top",
    "## On `x`, and on",
    "## Top",
    "[a](no.md) [b](#nothing) [c](docs/README.md#nothing) [ok](#on-x-and-on) [ok](#top-1) [ok](docs/README.md#documentation)",
    '<img src="no.png"> [away](https://example.org/no.md)',
    "```md\n[code](no-code.md)\n```",
    "`[code](no-code.md)`",
  ].join("\n\n");
  expect(brokenLinks("made.md", page)).toEqual(["no.md", "#nothing", "docs/README.md#nothing", "no.png"]);
});

test("README.md has at most 700 words", () => {
  expect(textOf("README.md").split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(700);
});

/** The README.md that lists a page: that of its folder; for a README.md, that of the folder above. */
function listOf(page: string): string {
  const folder = dirname(page);
  return join(basename(page) === "README.md" ? dirname(folder) : folder, "README.md");
}

test("each page of docs/ is listed by the README.md of its folder, up to the README.md of the repository", () => {
  const below = pages().filter((page) => page.startsWith("docs/"));
  expect(below.filter((page) => !linksOf(textOf(listOf(page))).includes(relative(dirname(listOf(page)), page)))).toEqual([]);
});
