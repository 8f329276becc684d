import { durationText } from "../../runner/text/quantities.ts";

const heartbeatSeconds = 15;

/** Prints a line at the start of a step, a line every 15 s, and a line at its end. */
export class Step {
  readonly #name: string;
  readonly #started = performance.now();
  #doing = "";

  constructor(name: string) {
    this.#name = name;
  }

  /** Runs a long part of the step. */
  async during<T>(doing: string, work: () => Promise<T>): Promise<T> {
    this.#doing = doing;
    this.log(`${doing} …`);
    const heartbeat = setInterval(() => this.log(`still ${this.#doing}, ${this.#elapsed()}`), heartbeatSeconds * 1000);
    try {
      return await work();
    } finally {
      clearInterval(heartbeat);
    }
  }

  log(message: string): void {
    console.log(`${this.#name}: ${message}`);
  }

  done(outcome: string): void {
    this.log(`${outcome}, ${this.#elapsed()}`);
  }

  #elapsed(): string {
    return durationText((performance.now() - this.#started) / 1000);
  }
}
