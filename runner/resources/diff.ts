import { asRoot } from "../system/command.ts";
import type { Difference } from "./difference.ts";

/** Returns the unified diff from a file to what it will be, with three lines of context; empty where they are equal. A missing file is empty. */
export async function unifiedDiff(path: string, willBe: string): Promise<string> {
  const labels = [`--label=${path} (now)`, `--label=${path} (as declared)`];
  const run = asRoot({ nothrow: true, input: willBe });
  const { exitCode, stdout, stderr } = await run`diff --unified --text --new-file ${labels} ${path} -`;
  // 1: they differ. Anything else must not pass for equal.
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`diff of ${path}: ${stderr.trim()}`);
  return stdout;
}

/** Returns the lines in which a file differs from its declared text, as one difference; none where it does not. Moved lines differ too. */
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
