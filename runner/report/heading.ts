import type { Report } from "./input.ts";

/** Returns a heading within the part of one host: one level lower if there are several hosts. */
export function heading({ isAlone }: Pick<Report, "isAlone">, text: string): string {
  return `${isAlone ? "##" : "###"} ${text}`;
}
