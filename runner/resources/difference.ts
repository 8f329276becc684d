import * as z from "zod";

/** One difference between a host and what was declared. Values are printed as they are: never a secret. */
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

/** A check that could not even run is a difference too. */
export function unseen(why: string): Difference {
  return { what: "state", is: `unknown: ${why}`, shouldBe: "known" };
}

export function isUnseen({ what, shouldBe }: Difference): boolean {
  return what === "state" && shouldBe === "known";
}
