import * as z from "zod";
import { line, sessionIdSchema, timeSchema } from "./fields.ts";

export const withdrawalSchema = z.object({
  schema: z.literal(1),
  id: z.string().regex(/^\d{8}T\d{6}Z-[\w.-]+-\d{4}$/),
  written: timeSchema,
  host: line,
  /** Person who decided it. */
  by: line,
  what: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("session"), session: sessionIdSchema }),
    z.object({ kind: z.literal("benchmark"), benchmark: line }),
  ]),
  /** Withdraws it, or restores it. */
  action: z.enum(["withdraw", "restore"]),
  why: line,
});
/**
 * Decision of an operator on a session, or on all earlier values of a benchmark on any host:
 * `withdrawn/<yyyymmddThhmmssZ>-<host>-<4 digits>.json` in the results repository. The last one written for a session or benchmark counts.
 */
export type Withdrawal = z.infer<typeof withdrawalSchema>;
