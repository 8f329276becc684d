import { readFileSync, writeFileSync } from "node:fs";
import { allSettings, jsonSchema, type Setting } from "./settings.ts";

const readme = new URL("../README.md", import.meta.url);
const [opening, closing] = ["<!-- configuration -->", "<!-- /configuration -->"];

/** Every setting as a row of a Markdown table: key, type, default, unit, what it is. */
export function configurationTable(): string {
  const rows = allSettings()
    .filter((setting) => !setting.path.endsWith("[]"))
    .map((setting) => [`\`${setting.path}\``, setting.type, defaultOf(setting), setting.unit ?? "", whatOf(setting)]);
  return [["setting", "type", "default", "unit", "what"], ["---", "---", "---", "---", "---"], ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

/** A document whose text between the two configuration markers is the table as it is now. */
export function withTable(markdown: string): string {
  const [start, end] = [markdown.indexOf(opening), markdown.indexOf(closing)];
  if (start === -1 || end < start) throw new Error(`README.md needs the lines ${opening} and ${closing}: the table goes between them`);
  return `${markdown.slice(0, start)}${opening}\n\n${configurationTable()}\n\n${markdown.slice(end)}`;
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

/** `node config/table.ts` prints the table, `--write` puts it into README.md, `--json-schema` prints the schema for an editor. */
if (import.meta.main) {
  if (process.argv.includes("--json-schema")) console.log(JSON.stringify(jsonSchema(), null, 2));
  else if (process.argv.includes("--write")) writeFileSync(readme, withTable(readFileSync(readme, "utf8")));
  else console.log(configurationTable());
}
