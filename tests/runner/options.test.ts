import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../config/root.ts";

/** Files of a folder that define a command. */
function commandsIn(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`)
    .filter((file) => /\.(?:action|option)\(/.test(readFileSync(join(root, file), "utf8")));
}

const files = [...commandsIn("runner/commands"), ...commandsIn("provision/commands"), ...commandsIn("lab"), ...commandsIn("lab/commands")];

/** `--push-empty-commit` is `pushEmptyCommit` to an action; `--no-publish` is `publish`. */
function nameOf(flag: string): string {
  return flag.replace(/^--(no-)?/, "").replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** `sharedOptions.noWait` is `wait` to an action. */
function sharedName(name: string): string {
  const bare = name.replace(/^no(?=[A-Z])/, "");
  return bare.charAt(0).toLowerCase() + bare.slice(1);
}

/** Names of options that the text of a file declares. */
function declaredIn(text: string): Set<string> {
  const flags = [...text.matchAll(/--[a-z][a-z-]*/g)].map(([flag]) => nameOf(flag));
  return new Set([...flags, ...[...text.matchAll(/sharedOptions\.(\w+)/g)].map(([, name = ""]) => sharedName(name))]);
}

/** Names of options that an action of a file reads: of inline types and of interfaces of options. */
function readIn(text: string): string[] {
  const types = /(?:(?:options|given|[, ]\{ \w+ \}): |Options & |interface \w*Options(?: extends \w+)? )\{([^}]*)\}/g;
  return [...text.matchAll(types)].flatMap(([, body = ""]) =>
    [...body.matchAll(/^\s*(\w+)\??:|[;{] ?(\w+)\??:/gm)].map(([, a, b]) => a ?? b ?? ""),
  );
}

// The compiler does not see that an action reads an option by another name than it is declared with.
test.each(files)("%s reads no option that it does not declare", (file) => {
  const text = readFileSync(join(root, file), "utf8");
  const measuring = readFileSync(join(root, "runner/commands/measuring.ts"), "utf8");
  const declared = new Set([...declaredIn(text), ...(/measuringCommand/.test(text) ? declaredIn(measuring) : [])]);
  // Options that only some commands that measure have.
  if (file === "runner/commands/measuring.ts") declared.add("maxMinutes");
  expect(readIn(text).filter((name) => !declared.has(name))).toEqual([]);
});

test("options are found where they are read", () => {
  const found = files.flatMap((file) => readIn(readFileSync(join(root, file), "utf8")));
  expect(found).toEqual(expect.arrayContaining(["json", "wait", "undo", "trial", "onlyPaths", "offline", "interrupt", "fresh", "example"]));
  expect(files.length).toBeGreaterThan(25);
});
