/** Failure that is not a bug. Programs print it without a stack. */
export abstract class ExpectedError extends Error {
  /** Exit code of the command that fails with it. */
  readonly exitCode: number = 1;
  /** Lines below the message: a hint, or the output of a failed command. May be empty. */
  abstract readonly details: string;
}

/** Mistake that the reader can correct. `message` states the problem and its place, `hint` the fix. */
export class UserError extends ExpectedError {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = "UserError";
    this.hint = hint;
  }

  get details(): string {
    return `hint: ${this.hint}`;
  }
}

/** Invalid command line or configuration. */
export class UsageError extends UserError {
  override readonly exitCode = 2;
}
