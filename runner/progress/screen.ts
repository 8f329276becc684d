import type { Activity } from "./activity.ts";
import { liveLines, type Terminal } from "./live-view.ts";
import { withoutControls } from "../text/plain-text.ts";
import { clearLine, showsColour, sizeOf, type Output } from "../text/terminal.ts";

/** Part of standard output that a screen needs. */
export interface ScreenOutput extends Output {
  write(text: string): unknown;
}

export interface ScreenOptions {
  output: ScreenOutput;
  colour: boolean;
  /** Milliseconds of the monotonic clock. */
  clock?: () => number;
}

const leastMilliseconds = 100;
/** Interval at which the elapsed time is drawn. Nothing else wakes up while a block is sampled. */
const tickMilliseconds = 1000;
const newLine = "\n";

/**
 * Log with a live view below it. Log lines and view are written together, at most ten times a second, by moving the cursor. Text that is
 * written again is not cleared before. The state of the terminal is not changed, so a killed process leaves nothing to restore.
 */
export class Screen {
  readonly #output: ScreenOutput;
  readonly #colour: boolean;
  readonly #clock: () => number;
  #activity: Activity | undefined;
  /** Log lines not printed yet. */
  #log: string[] = [];
  /** View on the terminal; the cursor is at the end of its last line. */
  #drawn: string[] = [];
  #drawnAt = -Infinity;
  #tick: NodeJS.Timeout | undefined;

  constructor({ output, colour, clock = () => performance.now() }: ScreenOptions) {
    this.#output = output;
    this.#colour = colour;
    this.#clock = clock;
  }

  /** Prints a line of the log above the view. */
  log(line: string): void {
    // Lines quote the output of other programs, which must not move the cursor.
    this.#log.push(withoutControls(line).trimEnd());
    this.#drawSoon();
  }

  /** Shows an activity; undefined removes the view. */
  show(activity: Activity | undefined): void {
    this.#activity = activity;
    if (!activity) return this.close();
    this.#tick ??= setInterval(() => this.#drawSoon(), tickMilliseconds).unref();
    this.#drawSoon();
  }

  /** Removes the view and prints the waiting lines. The view may be shown again. */
  close(): void {
    clearInterval(this.#tick);
    this.#tick = undefined;
    this.#activity = undefined;
    if (this.#drawn.length > 0 || this.#log.length > 0) this.#draw();
  }

  /** Draws at once if the last drawing is long enough ago; otherwise the next event or tick draws. */
  #drawSoon(): void {
    if (!this.#activity || this.#clock() - this.#drawnAt >= leastMilliseconds) this.#draw();
  }

  #draw(): void {
    const terminal = this.#terminal();
    const lines = this.#activity ? liveLines(this.#activity, terminal, this.#clock()) : [];
    const up = rowsOf(this.#drawn, terminal.columns) - 1;
    const home = `\r${up > 0 ? `\u001b[${up}A` : ""}`;
    const log = this.#log.flatMap((line) => line.split(newLine)).map((line) => `${line}${clearLine}${newLine}`);
    const view = lines.map((line) => `${line}${clearLine}`).join(newLine);
    this.#output.write(`${home}${log.join("")}${view}\u001b[J`);
    this.#log = [];
    this.#drawn = lines;
    this.#drawnAt = this.#clock();
  }

  #terminal(): Terminal {
    return { ...sizeOf(this.#output), colour: this.#colour };
  }
}

/** Returns a screen if standard output is a terminal that can move its cursor. */
export function screenOf(output: ScreenOutput, environment: NodeJS.ProcessEnv): Screen | undefined {
  const canMove = output.isTTY === true && environment["TERM"] !== "dumb" && environment["TERM"] !== undefined;
  return canMove ? new Screen({ output, colour: showsColour(output, environment) }) : undefined;
}

/** Returns the rows that lines take now. A terminal that became narrower has wrapped them. */
function rowsOf(lines: readonly string[], columns: number): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(withoutControls(line).length / columns)), 0);
}
