import { readFile } from "node:fs/promises";
import { runAsRoot } from "../system/command.ts";
import type { Difference } from "./difference.ts";

/** Returns the unified diff from a file to its new text, with three lines of context; empty if they are equal. A missing file counts as empty. */
export async function unifiedDiff(path: string, willBe: string): Promise<string> {
  if ((await readFile(path).catch(() => undefined))?.equals(Buffer.from(willBe))) return "";
  const labels = [`--label=${path} (now)`, `--label=${path} (as declared)`];
  const command = ["diff", "--unified", "--text", "--new-file", ...labels, path, "-"] as const;
  const { exitCode, stdout, stderr } = await runAsRoot(command, { input: willBe });
  // 1 means that they differ. Any other code is an error and must not count as equal.
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`diff of ${path}: ${stderr.trim()}`);
  return stdout;
}

/** Returns one difference with all lines that differ from the declared text; none if the file is equal. Moved lines differ too. */
export async function lineDifferences(path: string, wanted: string): Promise<Difference[]> {
  const [first, , ...lines] = (await unifiedDiff(path, wanted)).split("\n");
  if (first === "") return [];
  const marked = (mark: string): string =>
    lines
      .filter((line) => line.startsWith(mark))
      .map((line) => line.slice(1))
      .join("\n");
  return [{ what: path, is: marked("-") || "without the line", shouldBe: marked("+") || "without this line" }];
}
