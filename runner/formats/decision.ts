import * as z from "zod";
import { line, revisionSchema, sessionIdSchema, timeSchema, variantSchema } from "./fields.ts";
import { factorSchema, measurementContextSchema } from "./scaling-factors.ts";

const layoutsSchema = z.object({
  /**
   * `open`: they are still to be measured. `code`: the change is there in other layouts too. `binary`: it is of these two binaries only. `untold`:
   * neither can be told from the other, or they cannot be built: `reason` says why. `fixed`: building again leaves the program as it is.
   */
  verdict: z.enum(["open", "code", "binary", "untold", "fixed"]),
  /** ln seconds after - ln seconds before, of the other layouts. Absent where none was measured on both sides. */
  change: factorSchema.exactOptional(),
  /** Ids of the sessions, oldest first. */
  sessions: z.array(sessionIdSchema),
  reason: line.exactOptional(),
});
/** Findings of builds of both sides of a change whose programs are laid out otherwise in memory: each binary has effects of its own layout. */
export type Layouts = z.infer<typeof layoutsSchema>;

export const decisionSchema = z
  .object({
    schema: z.literal(1),
    n: z.number().int().positive(),
    host: line,
    written: timeSchema,
    /** Version of the rules that decided. */
    rules: z.number().int().positive(),
    benchmark: line,
    variant: variantSchema,
    /** Where it was decided. */
    context: measurementContextSchema,
    /**
     * `drifted`: the programs before and after agree, and both differ from the level before: the machine drifted, and a new level starts.
     * `unconfirmable`: a program could not be measured again, `reason` says why. `creeping`: two programs far apart differ by more than the
     * confirmed changes between them, and `change` is the rest.
     */
    outcome: z.enum(["confirmed", "rejected", "drifted", "unconfirmable", "creeping"]),
    /** By a point that stood out, by the scan over many, narrowed by measuring what was skipped, or by a weekly pair of programs far apart. */
    found: z.enum(["online", "scan", "bisection", "creeping"]),
    direction: z.enum(["slower", "faster"]),
    /** Oldest revision of the first program after the change, and newest of the last one before. */
    firstBad: revisionSchema,
    lastGood: revisionSchema,
    /** How many revisions that touch what is measured lie between these two: the change is of one of them, or of the first bad one. */
    skipped: z.number().int().nonnegative(),
    /** Newest revision of the point that raised it. */
    noticed: revisionSchema,
    /** ln seconds after it - ln seconds before, by fresh sessions. Absent where there are none. */
    change: factorSchema.exactOptional(),
    /** Ids of the sessions that decided, oldest first. */
    sessions: z.array(sessionIdSchema),
    reason: line.exactOptional(),
    /** Of a confirmed change. Absent where no program can be laid out otherwise: it is interpreted, or the suite does not tell what runs. */
    layouts: layoutsSchema.exactOptional(),
    /** The decision of the same series and environment that this one narrows down. */
    supersedes: z.object({ firstBad: revisionSchema, n: z.number().int().positive() }).exactOptional(),
  })
  .refine(({ outcome, change }) => outcome === "unconfirmable" || change, "decided without a change");
/** Conclusion about a suspected change: `decisions/<benchmark>-<rev12>-<env8>-<n>.json` in the results repository. */
export type Decision = z.infer<typeof decisionSchema>;
