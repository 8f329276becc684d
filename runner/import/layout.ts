import { header, isBenchmark, parseRow, parseScaling, printRow, printScaling, type Row, type Scaling } from "./row.ts";

/** Contents of a folder of CSV files of mypyc's server. */
export interface Layout {
  /** Rows by file, in the order of each file. */
  rows: Row[];
  scaling: Scaling[];
}

/** Invalid line of a file. */
export interface BadLine {
  file: string;
  /** From 1. */
  line: number;
  problem: string;
}

const ofInterpreter = "-cpython.csv";
const scalingFile = "scaling.csv";

/** Parses the files of the folder `data`. Returns invalid lines separately; a repeated line counts once. @param files text by name. */
export function parseLayout(files: ReadonlyMap<string, string>): Layout & { bad: BadLine[] } {
  const layout = { rows: [] as Row[], scaling: [] as Scaling[], bad: [] as BadLine[] };
  for (const [file, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
    if (file === scalingFile) take(file, lines, 1, parseScaling, layout.scaling, layout.bad);
    else if (lines[0] !== header) layout.bad.push({ file, line: 1, problem: `this line must be the header ${header}` });
    else if (!isBenchmark(nameOf(file)))
      layout.bad.push({ file, line: 1, problem: `"${nameOf(file)}" is not a valid name of a benchmark` });
    else {
      const of = { benchmark: nameOf(file), variant: file.endsWith(ofInterpreter) ? "interpreted" : "compiled" } as const;
      take(file, lines.slice(1), 2, (line) => parseRow(line, of), layout.rows, layout.bad);
    }
  }
  return layout;
}

function take<T extends object>(
  file: string,
  lines: readonly string[],
  first: number,
  parse: (line: string) => T | { problem: string },
  into: T[],
  bad: BadLine[],
): void {
  const seen = new Set<string>();
  for (const [index, line] of lines.entries()) {
    if (line === "" || seen.has(line)) continue;
    seen.add(line);
    const parsed = parse(line);
    if ("problem" in parsed) bad.push({ file, line: first + index, problem: parsed.problem });
    else into.push(parsed);
  }
}

/** Returns the files of the folder `data`: text by name. */
export function printLayout({ rows, scaling }: Layout): Map<string, string> {
  const files = new Map<string, string[]>();
  for (const row of rows) {
    const file = `${row.benchmark}${row.variant === "interpreted" ? ofInterpreter : ".csv"}`;
    const lines = files.get(file) ?? [header];
    files.set(file, lines);
    lines.push(printRow(row));
  }
  if (scaling.length > 0) files.set(scalingFile, scaling.map(printScaling));
  return new Map([...files].map(([file, lines]) => [file, `${lines.join("\n")}\n`]));
}

function nameOf(file: string): string {
  return file.slice(0, file.endsWith(ofInterpreter) ? -ofInterpreter.length : -".csv".length);
}
