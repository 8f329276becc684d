import { load } from "js-yaml";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { parseConfig } from "../../config/load.ts";
import { allSettings } from "../../config/settings.ts";
import { blocksOf, codeSpans, pages, root, textOf } from "./pages.ts";

const manual = pages().filter((page) => page === "README.md" || page === "CONTRIBUTING.md" || page.startsWith("docs/"));

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
/** Commands of the host program: one of each file in its room. */
const commands = new Set(
  readdirSync(join(root, "runner/commands"))
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [...readFileSync(join(root, "runner/commands", file), "utf8").matchAll(/\bname: "([a-z-]+)"/g)])
    .map(([, name = ""]) => name),
);
const settings = new Set(allSettings().map(({ path }) => path.replaceAll("[]", "")));
/** Configurations that readers write. */
const examples = new Set(["config/yours.yaml", "config/benchmarks.yaml"]);
const sections = new Set([...settings].filter((path) => [...settings].some((other) => other.startsWith(`${path}.`))));

describe.each(manual)("%s names", (page) => {
  const text = textOf(page);
  const typed = [...codeSpans(text), ...blocksOf(text, "sh"), ...blocksOf(text, "bash")];

  test("scripts that package.json has", () => {
    const named = typed.flatMap((code) => [...code.matchAll(/\bnpm run (?:-\S+ )*([\w:-]+)/g)].map(([, name = ""]) => name));
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test("commands that evenkeel has", () => {
    const named = typed.flatMap((code) => [...code.matchAll(/(?:^|HOST |root@\S+ )evenkeel ([a-z]\S*)/gm)].map(([, name = ""]) => name));
    expect(named.filter((name) => !commands.has(name))).toEqual([]);
  });

  test("files that the repository has", () => {
    const named = typed.flatMap((code) => [...code.matchAll(/(?<![\w./-])(?:config|lab|tests|tools)\/[\w./-]*\w/g)].map(([path]) => path));
    expect(named.filter((path) => !examples.has(path) && !existsSync(join(root, path)))).toEqual([]);
  });

  test("settings that the schema has", () => {
    const named = codeSpans(text).flatMap((code) => /^[a-z]\w*(?:\[\d*\])?(?:\.[a-z]\w*(?:\[\d*\])?)+$/i.exec(code)?.[0] ?? []);
    const meant = named.map((path) => path.replaceAll(/\[\d*\]/g, "")).filter((path) => sections.has(path.split(".")[0] ?? ""));
    expect(meant.filter((path) => !settings.has(path) && !isFileName(path))).toEqual([]);
  });

  test("YAML that is a valid part of a configuration", () => {
    const model = z.record(z.string(), z.unknown()).parse(load(readFileSync(join(root, "config/jq.yaml"), "utf8")));
    for (const block of blocksOf(text, "yaml")) {
      const example = block.replace("AAAA… # your host's key", "AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
      const part = z.record(z.string(), z.unknown()).parse(load(example));
      expect(() => parseConfig(JSON.stringify(over(model, part)), page)).not.toThrow();
    }
  });
});

/** Names such as `suite.ts` and `git.md` look like settings. */
function isFileName(path: string): boolean {
  return /\.(?:ts|js|md|py|yaml|json|csv|sources|socket)$/.test(path);
}

/** The model with the example's sections in it: settings of a section are replaced one by one, a suite as a whole. */
function over(model: Readonly<Record<string, unknown>>, part: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...model };
  for (const [key, value] of Object.entries(part)) {
    const [was, given] = [record.safeParse(model[key]), record.safeParse(value)];
    merged[key] = key !== "suite" && was.success && given.success ? { ...was.data, ...given.data } : value;
  }
  return merged;
}

const record = z.record(z.string(), z.unknown());
