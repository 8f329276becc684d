// A terminal is driven by control characters.
/* oxlint-disable no-control-regex */
/** What a terminal shows after some output: enough of one for what the live view writes. Throws for sequences it does not know. */
export class FakeTerminal {
  columns: number;
  rows: number;
  /** Each write as it came. */
  readonly writes: string[] = [];
  readonly #lines: string[] = [""];
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    this.writes.push(text);
    for (const [token] of text.matchAll(/\u001b\[[0-9;?]*[A-Za-z]|\r|\n|[^\u001b\r\n]/gu)) this.#take(token);
  }

  /** All that was ever shown and not overwritten, scrolled away or not, without empty lines at the end. */
  get text(): string[] {
    const lines = this.#lines.map((line) => line.trimEnd());
    while (lines.length > 0 && lines[lines.length - 1] === "") lines.pop();
    return lines;
  }

  /** Row and column of the cursor, from 0. */
  get cursor(): [number, number] {
    return [this.#row, this.#column];
  }

  #take(token: string): void {
    const sequence = /^\u001b\[([0-9;?]*)([A-Za-z])$/.exec(token);
    if (token === "\r") this.#column = 0;
    else if (token === "\n") this.#down();
    else if (!sequence) this.#put(token);
    else this.#control(sequence[2] ?? "", Number(sequence[1] || "1"));
  }

  #control(letter: string, count: number): void {
    const line = this.#lines[this.#row] ?? "";
    if (letter === "A") this.#row = Math.max(0, this.#row - count);
    else if (letter === "K") this.#lines[this.#row] = line.slice(0, this.#column);
    else if (letter === "J") {
      this.#lines[this.#row] = line.slice(0, this.#column);
      this.#lines.splice(this.#row + 1);
    } else if (letter !== "m") throw new Error(`the terminal does not know ${letter}`);
  }

  #put(character: string): void {
    // A character behind the last column goes to the next row.
    if (this.#column >= this.columns) this.#down();
    const line = (this.#lines[this.#row] ?? "").padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    this.#column++;
  }

  #down(): void {
    this.#row++;
    this.#column = 0;
    this.#lines[this.#row] ??= "";
  }
}
