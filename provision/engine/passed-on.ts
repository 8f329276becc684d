/** Messages of Pulumi about changes that violate its plan. */
const violation = /violates plan|no plan for|not in the plan|expected resource operations/i;

/** Prints Pulumi's output line by line, up to a message that the plan is violated. The caller reports a violation itself. */
export class PassedOn {
  isViolated = false;
  readonly #print: (line: string) => void;
  #rest = "";

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  add(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#pass(line);
  }

  end(): void {
    if (this.#rest !== "") this.#pass(this.#rest);
    this.#rest = "";
  }

  #pass(line: string): void {
    if (violation.test(line)) this.isViolated = true;
    if (!this.isViolated) this.#print(line);
  }
}
