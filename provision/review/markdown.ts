import type { Document, Part, ValueRow } from "./document.ts";

/** Formats a review as Markdown for a pull request. */
export function markdownOf({ hosts, next }: Document): string {
  const verdicts = hosts.map(({ host, verdict }) => `- **${plain(host)}**: ${plain(verdict)}`);
  const bodies = hosts.flatMap(({ host, parts }) => [
    ...(parts.length > 0 && hosts.length > 1 ? ["", `## ${plain(host)}`] : []),
    ...parts.flatMap((part, index) => partLines(part, index)),
  ]);
  const ending = next.length === 0 ? [] : ["", "### 6 Apply this plan", "", ...next.map((line) => `- ${line}`)];
  return ["# Review of an upgrade", "", ...verdicts, ...bodies, ...ending, ""].join("\n");
}

function partLines({ title, rows }: Part, index: number): string[] {
  const sentences = rows.flatMap((row) => ("sentence" in row ? [`- ${plain(row.sentence)}`] : []));
  const values = rows.flatMap((row) => ("sentence" in row ? [] : [row]));
  const table = values.length === 0 ? [] : ["| | now | then |", "|---|---|---|", ...values.map(tableRow), ""];
  const diffs = values.flatMap(({ diff }) => (diff === undefined ? [] : ["```diff", diff.trimEnd(), "```", ""]));
  return ["", `### ${index + 1} ${title}`, "", ...table, ...diffs, ...sentences];
}

function tableRow({ about, what, is, willBe, hint }: ValueRow): string {
  const subject = about === "" ? what : `${about}: ${what}`;
  return `| ${cell(subject)} | ${cell(is)} | ${cell(willBe)}${hint === undefined ? "" : ` (${cell(hint)})`} |`;
}

function cell(text: string): string {
  return plain(text).replaceAll("|", "\\|").replaceAll("\n", "<br>");
}

/** Escapes characters that would become markup. */
function plain(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll("*", "\\*").replaceAll("_", "\\_");
}
