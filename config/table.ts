import { readFileSync, writeFileSync } from "node:fs";
import { withGenerated } from "./generated-text.ts";
import { allSettings, jsonSchema, type Setting } from "./settings.ts";

const page = new URL("../docs/configuration.md", import.meta.url);

/** Returns the settings as Markdown: a heading and a table for each top-level key, a row for each setting. */
export function configurationTables(): string {
  const settings = allSettings().filter((setting) => !setting.path.endsWith("[]"));
  const sections = new Map<string, Setting[]>();
  for (const setting of settings) {
    const name = /^\w+/.exec(setting.path)?.[0] ?? setting.path;
    sections.set(name, [...(sections.get(name) ?? []), setting]);
  }
  return [...sections].map(([name, [whole, ...parts]]) => sectionOf(name, whole, parts)).join("\n\n");
}

/** Returns the page of the configuration with the current tables. */
export function withTables(markdown: string): string {
  return withGenerated(markdown, "configuration", configurationTables());
}

/** Returns the section of a top-level key. A group has its description above the table; a single setting has a table of one row. */
function sectionOf(name: string, whole: Setting | undefined, parts: readonly Setting[]): string {
  const about = whole && parts.length > 0 ? [`${whatOf(whole)}.${whole.required ? " Required." : ""}`, ""] : [];
  return [`### \`${name}\``, "", ...about, tableOf(parts.length > 0 || !whole ? parts : [whole])].join("\n");
}

/** Returns a table with the columns setting, type, default, unit and meaning. */
function tableOf(settings: readonly Setting[]): string {
  const rows = settings.map((setting) => [`\`${setting.path}\``, setting.type, defaultOf(setting), setting.unit ?? "", whatOf(setting)]);
  return [["setting", "type", "default", "unit", "meaning"], ["---", "---", "---", "---", "---"], ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

function defaultOf(setting: Setting): string {
  if (setting.type === "a group of settings" && !setting.required) return "";
  if (setting.default !== undefined)
    return `\`${typeof setting.default === "string" ? setting.default : JSON.stringify(setting.default)}\``;
  return setting.required ? "**required**" : "";
}

function whatOf(setting: Setting): string {
  return setting.when === undefined ? setting.description : `${setting.description} (with \`${setting.when}\`)`;
}

/** Prints the tables. `--write` writes them to docs/configuration.md, `--json-schema` prints the schema for an editor. */
if (import.meta.main) {
  if (process.argv.includes("--json-schema")) console.log(JSON.stringify(jsonSchema(), null, 2));
  else if (process.argv.includes("--write")) writeFileSync(page, withTables(readFileSync(page, "utf8")));
  else console.log(configurationTables());
}
