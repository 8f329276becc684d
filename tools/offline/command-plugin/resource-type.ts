import type { Dialing } from "./connection.ts";
import type { Difference } from "./diff.ts";
import type { Failure } from "./inputs.ts";
import type { Properties } from "./wire.ts";

/** What a resource may tell the user while it works. */
export interface Surroundings extends Dialing {
  warn: (message: string) => void;
}

/** One type of resource. Inputs and states are as the engine sends them, secrets wrapped. */
export interface ResourceType {
  /** Inputs with their defaults, and what is wrong with them. */
  check(inputs: Properties): { inputs: Properties; failures: Failure[] };
  diff(state: Properties, inputs: Properties): Difference;
  create(name: string, inputs: Properties, surroundings: Surroundings): Promise<{ id: string; state: Properties }>;
  update(state: Properties, inputs: Properties, surroundings: Surroundings): Promise<Properties>;
  delete(state: Properties, surroundings: Surroundings): Promise<void>;
}
