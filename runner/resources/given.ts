import * as z from "zod";

export const givenSchema = z.array(z.object({ name: z.string(), type: z.string(), spec: z.unknown() }));

/** A resource as it comes to this host: its spec is yet to be parsed by the schema of its type. */
export type Given = z.infer<typeof givenSchema>[number];

/** Returns the spec of the resource of a type; undefined where there is none, or its schema refuses it. */
export function specOf<Spec>(resources: readonly Given[], type: string, schema: z.ZodType<Spec>): Spec | undefined {
  return schema.safeParse(resources.find((one) => one.type === type)?.spec).data;
}
