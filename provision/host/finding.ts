import * as z from "zod";

/** One difference between a host and what was declared. Values are printed as they are: never a secret. */
export const findingSchema = z.object({
  /** The thing that differs, as an admin would name it: a path and attribute, a package, a unit. */
  what: z.string(),
  is: z.string(),
  shouldBe: z.string(),
  hint: z.string().optional(),
});
export type Finding = z.infer<typeof findingSchema>;

export function describe(finding: Finding): string {
  return `${finding.what}: is ${finding.is}, declared ${finding.shouldBe}`;
}

/** A check that could not even run is a finding too. */
export function unseen(why: string): Finding {
  return { what: "state", is: `unknown: ${why}`, shouldBe: "known" };
}

export function isUnseen({ what, shouldBe }: Finding): boolean {
  return what === "state" && shouldBe === "known";
}
