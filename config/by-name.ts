import * as z from "zod";

/**
 * A record whose keys are names from outside: of benchmarks, packages, hosts, files. It has no prototype, so that it holds nothing under
 * `constructor` or `__proto__` unless somebody put it there.
 */
export function byName<Value>(entries: Iterable<readonly [string, Value]> = []): Record<string, Value> {
  const record = Object.create(null) as Record<string, Value>;
  for (const [name, value] of entries) record[name] = value;
  return record;
}

/** The schema of such a record. Zod's own one leaves out `__proto__` and returns an object with a prototype. */
export function recordByName<Value extends z.ZodType>(name: z.ZodType<string>, value: Value) {
  return z
    .preprocess((given) => (isRecord(given) ? new Map(Object.entries(given)) : given), z.map(name, value))
    .transform((entries) => byName(entries));
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);
}
