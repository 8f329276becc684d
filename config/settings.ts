import * as z from "zod";
import { schema } from "./schema.ts";

type Json = z.core.JSONSchema.JSONSchema;

/** One setting, for docs/configuration.md and for messages. */
export interface Setting {
  /** Path in the file: `measure.samples`, `hosts[].name`; `packages[]` for the items of a list. */
  path: string;
  /** Type, worded to follow "must be": `a whole number from 1 to 65535`. */
  type: string;
  required: boolean;
  description: string;
  /** Default value, if any. */
  default?: unknown;
  /** Unit of a number: `seconds`, `minutes`, … */
  unit?: string;
  /** Example value. */
  example?: string;
  /** Condition for the setting, such as `adapter: command`. */
  when?: string;
}

/** Returns the JSON Schema of the configuration, for editors. */
export function jsonSchema(): Json {
  return z.toJSONSchema(schema, { io: "input" });
}

/** Returns all settings in the order of schema.ts, each group before its members. */
export function allSettings(): Setting[] {
  return within(jsonSchema(), "");
}

/** Returns the valid keys of a group. `path` is empty for the file itself. */
export function keysOf(path: string, settings: Setting[]): string[] {
  const start = path === "" ? "" : `${path}.`;
  return settings
    .filter((setting) => setting.path.startsWith(start))
    .map((setting) => setting.path.slice(start.length))
    .filter((rest) => /^\w+$/.test(rest));
}

/** Returns the settings inside a group, a list or a choice of groups. */
function within(node: Json, path: string): Setting[] {
  if (node.oneOf) return withinChoice(node.oneOf, path);
  if (node.type === "array") {
    const items = schemaOf(node.items);
    return items.type === "object"
      ? within(items, `${path}[]`)
      : [{ path: `${path}[]`, type: typeOf(items), required: false, description: node.description ?? "" }];
  }
  return Object.entries(node.properties ?? {}).flatMap(([key, property]) => {
    const child = schemaOf(property);
    const childPath = path === "" ? key : `${path}.${key}`;
    const required = node.required?.includes(key) ?? false;
    return [settingOf(child, childPath, required), ...within(child, childPath)];
  });
}

/** Returns the settings of a choice of groups. A key with a constant value, such as `adapter`, selects the group. */
function withinChoice(groups: Json[], path: string): Setting[] {
  const settings: Setting[] = [];
  for (const group of groups) {
    const [key, chosen] = Object.entries(group.properties ?? {}).find(([, property]) => schemaOf(property).const !== undefined) ?? [];
    const when = `${key}: ${schemaOf(chosen).const}`;
    for (const setting of within(group, path)) {
      const known = settings.find((other) => other.path === setting.path);
      if (!known) settings.push(setting.path === `${path}.${key}` ? setting : { ...setting, when });
      else if (known.path === `${path}.${key}`) known.type = `${known.type} or ${setting.type}`;
      else delete known.when;
    }
  }
  return settings.sort((a, b) => Number(a.when !== undefined) - Number(b.when !== undefined));
}

function settingOf(node: Json, path: string, required: boolean): Setting {
  const setting: Setting = { path, type: typeOf(node), required, description: node.description ?? "" };
  if (node.default !== undefined) setting.default = node.default;
  if (typeof node["unit"] === "string") setting.unit = node["unit"];
  if (typeof node.examples?.[0] === "string") setting.example = node.examples[0];
  return setting;
}

function typeOf(node: Json): string {
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(" or ");
  switch (node.type) {
    case "string":
      return "text";
    case "boolean":
      return "true or false";
    case "integer":
      return `a whole number${limitsOf(node)}`;
    case "number":
      return `a number${limitsOf(node)}`;
    case "array":
      return schemaOf(node.items).type === "object" ? "a list of groups" : "a list of texts";
    default:
      return "a group of settings";
  }
}

function limitsOf(node: Json): string {
  const { minimum, maximum, exclusiveMinimum } = node;
  const least = typeof minimum === "number" && Math.abs(minimum) < Number.MAX_SAFE_INTEGER ? minimum : undefined;
  const most = typeof maximum === "number" && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  const parts = [
    typeof exclusiveMinimum === "number" ? `above ${exclusiveMinimum}` : undefined,
    least === undefined ? undefined : `of at least ${least}`,
    most === undefined ? undefined : `at most ${most}`,
  ].filter((part) => part !== undefined);
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  return parts.length === 0 ? "" : ` ${parts.join(" and ")}`;
}

function schemaOf(node: Json | boolean | (Json | boolean)[] | undefined): Json {
  return typeof node === "object" && !Array.isArray(node) ? node : {};
}
