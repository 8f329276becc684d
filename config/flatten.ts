/**
 * Returns the properties of a nested value by path, in the notation of settings: `python.version`, `suite.benchmarks[read].run`.
 * A list of plain values is one property. Other entries of a list appear by their `name`, or by their index.
 */
export function flatten(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) {
    if (value.every(isPlain)) into.set(path, shown(value));
    else value.forEach((entry: unknown, index) => flatten(entry, `${path}[${nameIn(entry) ?? index}]`, into));
  } else if (value !== null && typeof value === "object") {
    for (const [key, entry] of Object.entries(value)) flatten(entry, path === "" ? key : `${path}.${key}`, into);
  } else if (value !== undefined) {
    into.set(path, shown(value));
  }
  return into;
}

/** Formats a plain value, or a list of plain values, for display. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(shown).join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Returns the keys whose values differ, in the order of the newer map; keys of the older map alone come last. */
export function differingKeys(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...after.keys(), ...before.keys()])].filter((key) => before.get(key) !== after.get(key));
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== "object";
}

/** Returns the name that identifies an entry of a list at any index, or undefined. */
function nameIn(entry: unknown): string | undefined {
  if (entry === null || typeof entry !== "object" || !("name" in entry)) return undefined;
  return typeof entry.name === "string" ? entry.name : undefined;
}
