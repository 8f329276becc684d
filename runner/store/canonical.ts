/** Keys whose entries get a line each: one benchmark per line keeps diffs and packs small. */
const linePerEntry = new Set(["benchmarks", "samples", "scalingFactors"]);

/**
 * Returns the unique text of a value in the results repository: sorted keys, one benchmark per line, a newline at the end. Numbers other than
 * integers have six significant digits. Undefined properties are omitted.
 *
 * @throws TypeError for values that JSON cannot express: NaN, Infinity, functions.
 */
export function canonicalJson(document: object): string {
  const lines = entriesOf(document).map(([key, value]) => {
    const text = linePerEntry.has(key) ? onLines(value) : compact(value);
    return `${JSON.stringify(key)}: ${text}`;
  });
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** Rounds to six significant digits, the precision of stored seconds. */
export function sixDigits(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(6));
}

function onLines(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : `[\n${value.map(compact).join(",\n")}\n]`;
  if (!isPlainObject(value)) return compact(value);
  const lines = entriesOf(value).map(([key, entry]) => `${JSON.stringify(key)}: ${compact(entry)}`);
  return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n}`;
}

function compact(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(compact).join(",")}]`;
  if (isPlainObject(value)) {
    return `{${entriesOf(value)
      .map(([key, entry]) => `${JSON.stringify(key)}:${compact(entry)}`)
      .join(",")}}`;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`${value} cannot be stored`);
    return JSON.stringify(sixDigits(value));
  }
  if (typeof value === "string" || typeof value === "boolean" || value === null) return JSON.stringify(value);
  throw new TypeError(`a ${typeof value} cannot be stored`);
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the entries with a value, sorted by key in code unit order, which is the same on every machine. */
function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
