import { isDeepStrictEqual } from "node:util";
import { comparable } from "./wire.ts";
import type { Properties, Wire } from "./wire.ts";

export interface Difference {
  changes: boolean;
  /** Changed inputs that make a new resource of it. */
  replaces: string[];
}

/** Compares the inputs kept in a resource's state with new ones: a changed trigger replaces it, any other input updates it. */
export function difference(keys: readonly string[], state: Properties, inputs: Properties): Difference {
  const changed = keys.filter((key) => !same(state[key], inputs[key]));
  return { changes: changed.length > 0, replaces: changed.filter((key) => key === "triggers") };
}

/** Secret and plain are different, as are a known and an unknown value; the order of keys does not count. */
function same(before: Wire | undefined, after: Wire | undefined): boolean {
  return isDeepStrictEqual(comparable(before ?? null), comparable(after ?? null));
}
