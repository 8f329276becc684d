import type { Report } from "./input.ts";

/** A heading within what is said of one host: below the host's own, where there are several. */
export function heading({ isAlone }: Pick<Report, "isAlone">, text: string): string {
  return `${isAlone ? "##" : "###"} ${text}`;
}
