import type { Dialing } from "./connection.ts";
import type { Difference } from "./diff.ts";
import type { Failure } from "./inputs.ts";
import type { Properties } from "./wire.ts";

/** Messages to the user while a resource works. */
export interface Surroundings extends Dialing {
  warn: (message: string) => void;
}

/** Resource type. Inputs and states have the engine's format, with wrapped secrets. */
export interface ResourceType {
  /** Returns the inputs with defaults, and their mistakes. */
  check(inputs: Properties): { inputs: Properties; failures: Failure[] };
  diff(state: Properties, inputs: Properties): Difference;
  create(name: string, inputs: Properties, surroundings: Surroundings): Promise<{ id: string; state: Properties }>;
  update(state: Properties, inputs: Properties, surroundings: Surroundings): Promise<Properties>;
  delete(state: Properties, surroundings: Surroundings): Promise<void>;
}
