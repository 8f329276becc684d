import type * as z from "zod";
import type { Document, Node, Path, Problem } from "./document.ts";
import { quote } from "./mistake.ts";
import { nearest } from "./nearest.ts";
import { keysOf, type Setting } from "./settings.ts";
import { joinedWithAnd } from "./joined-with-and.ts";

type Issue = z.core.$ZodIssue;

/** Describes an issue of the schema as problems with positions in the file. */
export function explain(issue: Issue, document: Document, settings: Setting[]): Problem[] {
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey([...issue.path, key], document, settings));
    case "custom":
      return [
        {
          ...document.valueAt(issue.path),
          message: `${inWords(issue.path)}: ${issue.message}`,
          hint: typeof issue.params?.["hint"] === "string" ? issue.params["hint"] : "write another value",
        },
      ];
    default:
      if (document.find(issue.path)) return [wrongValue(issue.path, document, settings)];
      return isMisspelled(issue.path, document, settings) ? [] : [missing(issue.path, document, settings)];
  }
}

/** Returns a path as messages show it: `hosts[1].name`. */
export function inWords(path: Path): string {
  const words = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  return words === "" ? "the file" : words.replace(/^\./, "");
}

function unknownKey(path: Path, document: Document, settings: Setting[]): Problem {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const known = keysOf(pathOf(parent), settings);
  const value = document.find(path);
  const hidden = settings.find((setting) => setting.path === pathOf(path));
  const elsewhere = settings.filter((setting) => setting.path.endsWith(`.${key}`));
  const near = meantBy(path, document, known);
  const where = parent.length === 0 ? "" : ` in ${inWords(parent)}`;

  let hint = `write one of ${known.join(", ")}`;
  if (key === "<<") hint = "write the settings out: merging with << is not part of YAML 1.2";
  else if (hidden?.when !== undefined) hint = `remove it: it needs ${hidden.when}`;
  else if (near !== undefined) hint = `write ${near}${value?.kind === "scalar" && value.source !== "" ? `: ${value.source}` : ""}`;
  else if (elsewhere.length > 0) hint = `write it under ${elsewhere.map((setting) => setting.path.slice(0, -key.length - 1)).join(" or ")}`;
  return { ...document.keyAt(path), message: `unknown setting ${quote(key)}${where}`, hint };
}

/** Returns whether a missing key is present under a similar name, which is reported as unknown already. */
function isMisspelled(path: Path, document: Document, settings: Setting[]): boolean {
  const parent = path.slice(0, -1);
  const group = document.find(parent);
  if (group?.kind !== "group") return false;
  const known = keysOf(pathOf(parent), settings);
  return group.entries.some(({ key }) => !known.includes(key) && meantBy([...parent, key], document, known) === path.at(-1));
}

/** Returns the known key that an unknown key most likely means. Keys that the group has already are left out. */
function meantBy(path: Path, document: Document, known: string[]): string | undefined {
  const absent = known.filter((candidate) => document.find([...path.slice(0, -1), candidate]) === undefined);
  return nearest(String(path.at(-1)), absent);
}

function missing(path: Path, document: Document, settings: Setting[]): Problem {
  const setting = settings.find((candidate) => candidate.path === pathOf(path));
  const key = String(path.at(-1));
  const inside = settings.filter((candidate) => candidate.required && new RegExp(`^${key}(\\[\\])?\\.\\w+$`).test(candidate.path));
  const examples = inside.filter((candidate) => candidate.when === undefined).map((candidate) => candidate.path.split(".").at(-1) ?? "");
  const write = examples.length > 0 ? `write ${key}: with ${joinedWithAnd(examples)}` : `write ${key}: ${setting?.example ?? ""}`;
  return {
    ...document.keyAt(path.slice(0, -1)),
    message: `${inWords(path)} is missing (${lowerFirst(setting?.description ?? "")})`,
    hint: write.trimEnd(),
  };
}

function wrongValue(path: Path, document: Document, settings: Setting[]): Problem {
  const node = document.find(path) ?? document.root;
  const setting = settings.find((candidate) => candidate.path === pathOf(path));
  const type = path.length === 0 ? "a group of settings" : (setting?.type ?? "another value");
  const unit = setting?.unit === undefined ? "" : `, in ${setting.unit}`;
  return {
    ...document.valueAt(path),
    message: `${inWords(path)} is ${found(node)}, but must be ${type}${unit}`,
    hint: hintFor(node, type, setting),
  };
}

function found(node: Node): string {
  if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
  if (node.kind === "group") return "a group of settings";
  switch (kindOf(node.source)) {
    case "nothing":
      return "empty";
    case "text":
      return `the text ${quote(unquoted(node.source))}`;
    case "number":
      return `the number ${node.source}`;
    default:
      return node.source;
  }
}

function hintFor(node: Node, type: string, setting: Setting | undefined): string {
  const source = node.kind === "scalar" ? node.source : "";
  const choices = [...type.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
  const example = setting?.example ?? (setting?.default === undefined ? undefined : JSON.stringify(setting.default));
  const near = nearest(unquoted(source), choices);

  if (source === "" && node.kind === "scalar" && setting?.required === false) return "write a value or remove the line";
  if (near !== undefined) return `write ${near}`;
  if (choices.length > 0) return `write ${choices.join(" or ")}`;
  if (type === "text" && source !== "" && kindOf(source) !== "text") return `write "${source}", in quotes: they make it text`;
  if (type === "true or false") return `write ${switchMeant(source) ?? "true or false"}, without quotes`;
  if (type.startsWith("a list of texts") && source !== "") return `write [${source}], or one item a line, each after "- "`;
  if (type.startsWith("a list")) return 'write each item on separate lines, the first after "- "';
  if (type.startsWith("a group")) return 'write "key: value" lines below it, indented';
  if (/number/.test(type) && /^["'][0-9.]+["']$/.test(source)) return `write ${unquoted(source)}, without quotes`;
  if (/number/.test(type)) return `write ${type}${example === undefined ? "" : `, such as ${example}`}`;
  return example === undefined ? `write ${type}` : `write ${type}, such as ${example}`;
}

/** Returns the boolean that a text means: `yes` and `off` are booleans in YAML 1.1 and texts in YAML 1.2. */
function switchMeant(source: string): boolean | undefined {
  if (/^["']?(yes|y|on|true|1)["']?$/i.test(source)) return true;
  if (/^["']?(no|n|off|false|0)["']?$/i.test(source)) return false;
  return undefined;
}

/** Returns the type of a scalar's text in YAML 1.2. */
function kindOf(source: string): "nothing" | "true or false" | "number" | "text" {
  if (/^(|~|null|Null|NULL)$/.test(source)) return "nothing";
  if (/^(true|True|TRUE|false|False|FALSE)$/.test(source)) return "true or false";
  if (/^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0x[0-9a-fA-F]+|0o[0-7]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/.test(source))
    return "number";
  return "text";
}

function unquoted(source: string): string {
  return source.replace(/^(["'])(.*)\1$/s, "$2");
}

/** Returns a path as settings are listed: `hosts[].name`. */
function pathOf(path: Path): string {
  return inWords(path)
    .replace(/\[[0-9]+\]/g, "[]")
    .replace(/^the file$/, "");
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
