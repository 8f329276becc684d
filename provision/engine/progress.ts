import { durationText } from "../../runner/text/quantities.ts";

const heartbeatSeconds = 15;

/** Prints one line when a step begins to work, one at least every 15 s, and one when it is done. */
export class Step {
  readonly #name: string;
  readonly #started = performance.now();
  #doing = "";

  constructor(name: string) {
    this.#name = name;
  }

  /** Runs a part that takes long. */
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
