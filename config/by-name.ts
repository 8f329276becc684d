import * as z from "zod";

/**
 * Returns a record whose keys come from outside: names of benchmarks, packages, hosts or files. It has no prototype, so `constructor` and
 * `__proto__` are absent unless an entry has that name.
 */
export function byName<Value>(entries: Iterable<readonly [string, Value]> = []): Record<string, Value> {
  const record = Object.create(null) as Record<string, Value>;
  for (const [name, value] of entries) record[name] = value;
  return record;
}

/** Returns the schema of a record from {@link byName}. Zod's `z.record` drops `__proto__` and returns an object with a prototype. */
export function recordByName<Value extends z.ZodType>(name: z.ZodType<string>, value: Value) {
  return z
    .preprocess((given) => (isRecord(given) ? new Map(Object.entries(given)) : given), z.map(name, value))
    .transform((entries) => byName(entries));
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);
}
