/** Renders a Markdown table. Cells are Markdown already; the alignment has one letter per column, `l` or `r`. */
export function table(header: readonly string[], alignment: string, rows: readonly (readonly string[])[]): string {
  const rule = alignment.split("").map((side) => (side === "r" ? "--:" : "---"));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
