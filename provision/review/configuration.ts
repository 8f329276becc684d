import { differingKeys, flatten } from "../../config/flatten.ts";

/** Property of the configuration that differs from the last applied configuration. */
export interface ConfigurationChange {
  /** Path as in the file: `python.version`, `suite.benchmarks[read].run`. */
  path: string;
  /** Applied value; absent if it was not set. */
  is?: string;
  /** New value; absent if it is no longer set. */
  willBe?: string;
}

/** Compares two configurations by property, in the order of the new one. A list of plain values is one property. */
export function configurationChanges(is: unknown, willBe: unknown): ConfigurationChange[] {
  const [before, after] = [flatten(is), flatten(willBe)];
  return differingKeys(before, after).map((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    return { path, ...(old !== undefined && { is: old }), ...(now !== undefined && { willBe: now }) };
  });
}
