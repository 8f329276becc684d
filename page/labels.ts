/** Positions that are tried for a label before it is left out. The list below the chart has all labels. */
const tries = 3;
/** Height of a line of text. */
const lineHeight = 14;

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Draws texts on a chart without overlaps. All lengths are pixels of the canvas. */
export class Labels {
  readonly #ctx: CanvasRenderingContext2D;
  readonly #ground: string;
  readonly #taken: Box[] = [];

  constructor(ctx: CanvasRenderingContext2D, ground: string) {
    this.#ctx = ctx;
    this.#ground = ground;
    ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
  }

  /** Draws a text in its own row, shortened to the room. Text in brackets is removed first. */
  drawFitting(text: string, x: number, y: number, room: number, align: "left" | "right", colour: string): void {
    const short = this.#width(text) <= room ? text : text.replace(/ \([^()]*\)$/, "");
    this.#draw(this.#cut(short, room), x, y, align, colour);
  }

  /** Draws a text centred at x and y, or moved by multiples of `step`, within the width of a box. Leaves it out if there is no room. */
  drawNear(text: string, x: number, y: number, step: number, { left, width }: { left: number; width: number }, colour: string): void {
    const half = this.#width(text) / 2;
    const middle = Math.max(Math.min(x, left + width - half), left + half);
    for (let index = 0; index < tries; index++) {
      const box = this.#boxOf(middle - half, y + index * step, 2 * half);
      if (this.#taken.some((one) => overlap(one, box))) continue;
      this.#draw(text, middle, y + index * step, "center", colour);
      return;
    }
  }

  #draw(text: string, x: number, y: number, align: "left" | "right" | "center", colour: string): void {
    const ctx = this.#ctx;
    const width = this.#width(text);
    this.#taken.push(this.#boxOf(x - { left: 0, right: width, center: width / 2 }[align], y, width));
    ctx.textAlign = align;
    // An outline in the colour of the background, so that lines do not cross letters.
    ctx.strokeStyle = this.#ground;
    ctx.lineWidth = 4 * devicePixelRatio;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = colour;
    ctx.fillText(text, x, y);
  }

  #cut(text: string, room: number): string {
    if (this.#width(text) <= room) return text;
    let cut = text;
    while (cut.length > 0 && this.#width(`${cut}…`) > room) cut = cut.slice(0, -1);
    return cut === "" ? "" : `${cut}…`;
  }

  #width(text: string): number {
    return this.#ctx.measureText(text).width;
  }

  #boxOf(left: number, middle: number, width: number): Box {
    const [half, gap] = [(lineHeight / 2) * devicePixelRatio, 3 * devicePixelRatio];
    return { left: left - gap, right: left + width + gap, top: middle - half, bottom: middle + half };
  }
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
