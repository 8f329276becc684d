/** A property value as Pulumi's engine sends it: JSON, with secrets, assets and outputs as objects that carry a signature. */
export type Wire = null | boolean | number | string | Wire[] | { [key: string]: Wire };

/** The inputs or outputs of one resource. */
export type Properties = Record<string, Wire>;

const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";
const output = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const asset = "c44067f5952c0a294b673a41bacd8c17";
const archive = "0def7320c3a5731c473e5ecbe6d01bc7";
/** What stands for each type of value that a preview does not know yet. */
const unknowns = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** A value without the wrapping of secrets and outputs; nulls in objects are left out. */
export function reveal(value: Wire): Wire {
  if (Array.isArray(value)) return value.map(reveal);
  if (value === null || typeof value !== "object") return value;
  if (value[signature] === secret || value[signature] === output) return reveal(value["value"] ?? null);
  return revealAll(value);
}

/** `reveal` for the properties of a resource. */
export function revealAll(properties: Properties): Properties {
  const revealed: Properties = {};
  for (const [key, value] of Object.entries(properties)) {
    const inner = reveal(value);
    if (inner !== null) revealed[key] = inner;
  }
  return revealed;
}

/** Whether a part of a revealed value is not known before something else has been applied. */
export function hasUnknown(value: Wire): boolean {
  if (typeof value === "string") return unknowns.has(value);
  if (Array.isArray(value)) return value.some(hasUnknown);
  return value !== null && typeof value === "object" && Object.values(value).some(hasUnknown);
}

/** A value as it is compared: assets and archives are their content's hash, wherever they come from. */
export function comparable(value: Wire): Wire {
  if (Array.isArray(value)) return value.map(comparable);
  if (value === null || typeof value !== "object") return value;
  const { [signature]: kind, hash } = value;
  if ((kind === asset || kind === archive) && typeof hash === "string" && hash !== "") {
    return { [signature]: kind, hash };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, comparable(inner)]));
}

/** Where an asset's content comes from. */
export type Source = { from: "file"; path: string; hash: string } | { from: "text"; text: string; hash: string } | { from: "elsewhere" };

/** What a revealed value says as an asset; `elsewhere` is a remote asset, an archive or no asset at all. */
export function sourceOf(value: Wire | undefined): Source {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return { from: "elsewhere" };
  if (value[signature] !== asset) return { from: "elsewhere" };
  const { path, text, uri, hash } = value;
  const known = typeof hash === "string" ? hash : "";
  if (typeof path === "string" && path !== "") return { from: "file", path, hash: known };
  if (typeof uri === "string" && uri !== "") return { from: "elsewhere" };
  return { from: "text", text: typeof text === "string" ? text : "", hash: known };
}

export function isArchive(value: Wire | undefined): boolean {
  return value !== undefined && value !== null && typeof value === "object" && !Array.isArray(value) && value[signature] === archive;
}
