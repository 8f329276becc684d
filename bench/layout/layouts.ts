import { seeded, shuffled } from "../random.ts";

/** A way to lay out one program. The instructions of its functions stay the same; where they lie differs. */
export interface Layout {
  name: string;
  /** `same`: laid out as the suite's own compilation does. */
  kind: "same" | "padding" | "alignment" | "linking" | "order";
  /** Flags beside those of the suite's own compilation. */
  compile: readonly string[];
  link: readonly string[];
  /** Bytes of code and of data placed in front of the module's own. */
  padding?: number;
  /** Seed of the order of functions. */
  order?: number;
}

const plain = { compile: [], link: [] } as const;

/** Builds of the very same layout: what these differ by is no effect of layout. */
const same = [1, 2, 3].map((number): Layout => ({ ...plain, name: `same ${number}`, kind: "same" }));

/** Offsets of 16, 32 and 48 within a cache line of 64 bytes; one moves functions to other pages as well. Compilers align functions to 16. */
const padded = [16, 32, 1072, 20496].map((padding): Layout => ({ ...plain, name: `padding ${padding}`, kind: "padding", padding }));

const aligned = [32, 64].map((bytes): Layout => ({
  ...plain,
  name: `functions at ${bytes}`,
  kind: "alignment",
  compile: [`-falign-functions=${bytes}`],
}));

const linked: Layout = { ...plain, name: "one segment", kind: "linking", link: ["-Wl,-z,noseparate-code"] };

/** Functions in an order of chance, as sections that the linker sorts. */
const ordered = [1, 2, 3, 4].map((order): Layout => ({
  ...plain,
  name: `order ${order}`,
  kind: "order",
  compile: ["-ffunction-sections"],
  order,
}));

/** All layouts; those that are the same come first. */
export const layouts: readonly Layout[] = [...same, ...padded, ...aligned, linked, ...ordered];

/** Layouts of a quick look. */
export const quickLayouts: readonly Layout[] = [...same.slice(0, 2), ...padded.slice(0, 2), ...aligned.slice(1), ...ordered.slice(0, 2)];

/** Sections of functions that are run; the others hold what is unlikely, or runs once. */
const ofFunction = /^\.text\.(?!(?:unlikely|hot|startup|exit|sorted)\b)/;

/** New names for an object's sections of functions: the linker's own script places `.text.sorted.*` by name (GNU ld from 2.36 on). */
export function sectionOrder(sections: readonly string[], seed: number): [string, string][] {
  return shuffled(
    sections.filter((name) => ofFunction.test(name)),
    seeded(seed),
  ).map((name, index) => [name, `.text.sorted.${String(index).padStart(6, "0")}`]);
}
