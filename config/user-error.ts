/** A failure that is no bug: programs print it without a stack. */
export abstract class ExpectedError extends Error {
  /** Exit code of the command that fails with it. */
  readonly exitCode: number = 1;
  /** Lines below the message: a hint, or the output of what failed; may be empty. */
  abstract readonly details: string;
}

/** A mistake that the reader can correct: `message` states what is wrong and where, `hint` the fix. */
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

/** A command line that does not specify what to do, or a wrong configuration. */
export class UsageError extends UserError {
  override readonly exitCode = 2;
}
