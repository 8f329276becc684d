import * as z from "zod";

export const givenSchema = z.array(z.object({ name: z.string(), type: z.string(), spec: z.unknown() }));

/** A resource as this host receives it. The schema of its type has not parsed its spec yet. */
export type Given = z.infer<typeof givenSchema>[number];

/** Returns the spec of the resource of a type; undefined if there is none, or if it is invalid. */
export function specOf<Spec>(resources: readonly Given[], type: string, schema: z.ZodType<Spec>): Spec | undefined {
  return schema.safeParse(resources.find((one) => one.type === type)?.spec).data;
}
