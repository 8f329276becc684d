import * as z from "zod";

/** One difference between a host and its declaration. Values are printed verbatim, so they must never be secrets. */
export const differenceSchema = z.object({
  /** The thing that differs, as an admin would name it: a path and attribute, a package, a unit. */
  what: z.string(),
  is: z.string(),
  shouldBe: z.string(),
  hint: z.string().optional(),
});
export type Difference = z.infer<typeof differenceSchema>;

export function describe(difference: Difference): string {
  return `${difference.what}: is ${difference.is}, declared ${difference.shouldBe}`;
}

/** Returns the difference for a check that failed to run. */
export function unseen(why: string): Difference {
  return { what: "state", is: `unknown: ${why}`, shouldBe: "known" };
}

export function isUnseen({ what, shouldBe }: Difference): boolean {
  return what === "state" && shouldBe === "known";
}
