import type { Activity } from "./activity.ts";
import { liveLines, type Terminal } from "./live-view.ts";
import { withoutControls } from "../text/plain-text.ts";
import { clearLine, showsColour, sizeOf, type Output } from "../text/terminal.ts";

/** What a screen needs of standard output. */
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
/** The time gone ticks by itself; nothing else wakes up while a block is sampled. */
const tickMilliseconds = 1000;
const newLine = "\n";

/**
 * The log with a live view below it. Lines and view are brought to the terminal together, at most ten times a second, by moving the cursor:
 * nothing is cleared that is written again, and nothing of the terminal's state is changed, so that nothing is left to restore if this is killed.
 */
export class Screen {
  readonly #output: ScreenOutput;
  readonly #colour: boolean;
  readonly #clock: () => number;
  #activity: Activity | undefined;
  /** Log lines not printed yet. */
  #log: string[] = [];
  /** The view as it stands on the terminal; the cursor is at the end of its last line. */
  #drawn: string[] = [];
  #drawnAt = -Infinity;
  #tick: NodeJS.Timeout | undefined;

  constructor({ output, colour, clock = () => performance.now() }: ScreenOptions) {
    this.#output = output;
    this.#colour = colour;
    this.#clock = clock;
  }

  /** Print a line of the log above the view. */
  log(line: string): void {
    // Lines quote what others' programs printed: they must not move the cursor.
    this.#log.push(withoutControls(line).trimEnd());
    this.#drawSoon();
  }

  /** Show how far the work is; undefined: nothing is done. */
  show(activity: Activity | undefined): void {
    this.#activity = activity;
    if (!activity) return this.close();
    this.#tick ??= setInterval(() => this.#drawSoon(), tickMilliseconds).unref();
    this.#drawSoon();
  }

  /** Take the view away and print what waits. It may be shown again. */
  close(): void {
    clearInterval(this.#tick);
    this.#tick = undefined;
    this.#activity = undefined;
    if (this.#drawn.length > 0 || this.#log.length > 0) this.#draw();
  }

  /** At once where the last drawing is long enough ago; otherwise the next event or tick brings it. */
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

/** A screen where standard output is a terminal that can move its cursor. */
export function screenOf(output: ScreenOutput, environment: NodeJS.ProcessEnv): Screen | undefined {
  const canMove = output.isTTY === true && environment["TERM"] !== "dumb" && environment["TERM"] !== undefined;
  return canMove ? new Screen({ output, colour: showsColour(output, environment) }) : undefined;
}

/** Rows that lines take, which a terminal made narrower since has wrapped. */
function rowsOf(lines: readonly string[], columns: number): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(withoutControls(line).length / columns)), 0);
}
