import { ExpectedError } from "../../config/user-error.ts";
import type { Stage } from "../model.ts";

/**
 * Error of the machine or the network, not of what is measured. It is never stored as a result, and the next run retries.
 * The message ends with the last line of the step's output; `output` has its last lines.
 */
export class InfrastructureError extends ExpectedError {
  readonly output: string;
  /** Step that needs something of the revision, such as a submodule. If it stays missing for days, the revision fails at this step. */
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
