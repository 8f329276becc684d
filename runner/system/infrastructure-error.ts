import { ExpectedError } from "../../config/user-error.ts";
import type { Stage } from "../model.ts";

/**
 * The machine or the network failed, not what is measured: never stored as a result, tried again later.
 * The message ends with the last line that the step printed; `output` holds its last lines.
 */
export class InfrastructureError extends ExpectedError {
  readonly output: string;
  /** Step that needs something of the revision's own, such as a submodule: where it stays missing for days, the revision fails there. */
  readonly stage: Stage | undefined;

  constructor(message: string, output = "", { stage, ...options }: ErrorOptions & { stage?: Stage } = {}) {
    super(message, options);
    this.name = "InfrastructureError";
    this.output = output;
    this.stage = stage;
  }

  get details(): string {
    return this.output;
  }
}
