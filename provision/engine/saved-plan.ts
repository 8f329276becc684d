import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { own } from "./environment.ts";

const recordSchema = z.object({
  /** Reviewed configuration, by host. */
  declared: z.record(z.string(), z.unknown()),
  /** Reports of the program, by host. */
  reports: z.record(z.string(), z.unknown()),
});
/** Inputs of a saved plan, which show later changes. */
export type PlanRecord = z.infer<typeof recordSchema>;

/** Returns the storage of a stack's plan until it is applied: Pulumi's plan and its inputs. */
export function savedPlan(stack: string) {
  const folder = join(own, "plans", stack);
  const file = join(folder, "plan.json");
  const record = join(folder, "record.json");
  return {
    file,
    prepare: async (): Promise<void> => {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
    },
    write: (made: PlanRecord): Promise<void> => writeFile(record, JSON.stringify(made), { mode: 0o600 }),
    read: async (): Promise<PlanRecord | undefined> => {
      const text = await readFile(record, "utf8").catch(() => undefined);
      return text === undefined ? undefined : recordSchema.parse(JSON.parse(text));
    },
    remove: (): Promise<void> => rm(folder, { recursive: true, force: true }),
  };
}
