/**
 * The machine or the network failed, not what is measured: never stored as a result, tried again later.
 * `output` holds the last lines of the step that failed.
 */
export class InfrastructureError extends Error {
  readonly output: string;

  constructor(message: string, output = "", options?: ErrorOptions) {
    super(message, options);
    this.name = "InfrastructureError";
    this.output = output;
  }
}
