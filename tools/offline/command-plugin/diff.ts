import { isDeepStrictEqual } from "node:util";
import { comparable } from "./wire.ts";
import type { Properties, Wire } from "./wire.ts";

export interface Difference {
  changes: boolean;
  /** Changed inputs that replace the resource. */
  replaces: string[];
}

/** Compares the inputs in a resource's state with new inputs. A changed trigger replaces the resource, any other change updates it. */
export function difference(keys: readonly string[], state: Properties, inputs: Properties): Difference {
  const changed = keys.filter((key) => !same(state[key], inputs[key]));
  return { changes: changed.length > 0, replaces: changed.filter((key) => key === "triggers") };
}

/** Returns whether values are equal. Secret and plain values differ, as do known and unknown ones. The order of keys is ignored. */
function same(before: Wire | undefined, after: Wire | undefined): boolean {
  return isDeepStrictEqual(comparable(before ?? null), comparable(after ?? null));
}
