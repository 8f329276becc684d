/** Property value in the format of Pulumi's engine: JSON, with secrets, assets and outputs as objects with a signature. */
export type Wire = null | boolean | number | string | Wire[] | { [key: string]: Wire };

/** Inputs or outputs of one resource. */
export type Properties = Record<string, Wire>;

const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";
const output = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const asset = "c44067f5952c0a294b673a41bacd8c17";
const archive = "0def7320c3a5731c473e5ecbe6d01bc7";
/** Placeholders of values that are unknown in a preview, one for each type. */
const unknowns = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Unwraps secrets and outputs in a value. Nulls in objects are left out. */
export function reveal(value: Wire): Wire {
  if (Array.isArray(value)) return value.map(reveal);
  if (value === null || typeof value !== "object") return value;
  if (value[signature] === secret || value[signature] === output) return reveal(value["value"] ?? null);
  return revealAll(value);
}

/** Unwraps the properties of a resource. */
export function revealAll(properties: Properties): Properties {
  const revealed: Properties = {};
  for (const [key, value] of Object.entries(properties)) {
    const inner = reveal(value);
    if (inner !== null) revealed[key] = inner;
  }
  return revealed;
}

/** Returns whether a part of a revealed value is unknown until other resources are applied. */
export function hasUnknown(value: Wire): boolean {
  if (typeof value === "string") return unknowns.has(value);
  if (Array.isArray(value)) return value.some(hasUnknown);
  return value !== null && typeof value === "object" && Object.values(value).some(hasUnknown);
}

/** Returns a value in the form for comparisons: assets and archives become the hash of their content. */
export function comparable(value: Wire): Wire {
  if (Array.isArray(value)) return value.map(comparable);
  if (value === null || typeof value !== "object") return value;
  const { [signature]: kind, hash } = value;
  if ((kind === asset || kind === archive) && typeof hash === "string" && hash !== "") {
    return { [signature]: kind, hash };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, comparable(inner)]));
}

/** Source of an asset's content. */
export type Source = { from: "file"; path: string; hash: string } | { from: "text"; text: string; hash: string } | { from: "elsewhere" };

/** Returns the source of an asset. `elsewhere` means a remote asset, an archive or another value. */
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
