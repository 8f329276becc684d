/** Rows as text in columns; numbers to the right. */
export function textTable(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => String(row[column] ?? "").length)));
  const line = (cells: readonly (string | number)[]): string =>
    cells
      .map((cell, column) => (typeof cell === "number" ? String(cell).padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
