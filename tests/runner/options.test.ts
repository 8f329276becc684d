import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** `--push-empty-commit` is `pushEmptyCommit` to an action; `--no-publish` is `publish`. */
function nameOf(flag: string): string {
  return flag.replace(/^--(no-)?/, "").replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

// The compiler does not see that an action reads an option by another name than it is declared with.
test.each(["runner/main.ts", "lab/main.ts", "lab/screenshots.ts"])("%s reads no option that it does not declare", (file) => {
  const text = readFileSync(join(root, file), "utf8");
  const declared = new Set([...text.matchAll(/--[a-z][a-z-]*/g)].map(([flag]) => nameOf(flag)));
  const read = [...text.matchAll(/(?:options|given): \{([^}]*)\}/g)].flatMap(([, body = ""]) =>
    [...body.matchAll(/(\w+)\??:/g)].map(([, name = ""]) => name),
  );
  expect(read.length).toBeGreaterThan(0);
  expect(read.filter((name) => !declared.has(name))).toEqual([]);
});
