/** A mistake the reader can mend: `message` says what is wrong and where, `hint` what to do. Printed without a stack. */
export class UserError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = "UserError";
    this.hint = hint;
  }
}

/** A command that was called in a way that does not tell what to do. Whoever prints it exits 2. */
export class UsageError extends UserError {}
