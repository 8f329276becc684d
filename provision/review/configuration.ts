import { differingKeys, flatten } from "../../config/flatten.ts";

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
  const [before, after] = [flatten(is), flatten(willBe)];
  return differingKeys(before, after).map((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    return { path, ...(old !== undefined && { is: old }), ...(now !== undefined && { willBe: now }) };
  });
}
