/** One property of the configuration that differs from what was applied last. */
export interface ConfigurationChange {
  /** As in the file: `python.version`, `suite.benchmarks[read].run`. */
  path: string;
  /** Absent where it was not set. */
  is?: string;
  /** Absent where it is set no more. */
  willBe?: string;
}

/** How two configurations differ, property by property, in the order of the new one. A list of plain values is one property. */
export function configurationChanges(is: unknown, willBe: unknown): ConfigurationChange[] {
  const [before, after] = [flat(is), flat(willBe)];
  return [...new Set([...after.keys(), ...before.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .map((path) => {
      const [old, now] = [before.get(path), after.get(path)];
      return { path, ...(old !== undefined && { is: old }), ...(now !== undefined && { willBe: now }) };
    });
}

function flat(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) {
    if (value.every(isPlain)) into.set(path, shown(value));
    else value.forEach((entry: unknown, index) => flat(entry, `${path}[${nameIn(entry) ?? index}]`, into));
  } else if (value !== null && typeof value === "object") {
    for (const [key, entry] of Object.entries(value)) flat(entry, path === "" ? key : `${path}.${key}`, into);
  } else if (value !== undefined) {
    into.set(path, shown(value));
  }
  return into;
}

/** A plain value, or a list of plain ones, as it is shown. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== "object";
}

/** What an entry of a list is called, so that it is the same one wherever it stands. */
function nameIn(entry: unknown): string | undefined {
  if (entry === null || typeof entry !== "object" || !("name" in entry)) return undefined;
  return typeof entry.name === "string" ? entry.name : undefined;
}
