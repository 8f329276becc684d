import * as z from "zod";
import { line, revisionSchema, sessionIdSchema, timeSchema, variantSchema } from "./fields.ts";
import { factorSchema, measurementContextSchema } from "./scaling-factors.ts";

const layoutsSchema = z.object({
  /**
   * `open`: not measured yet. `code`: the change exists in other layouts too. `binary`: it exists only for these two binaries. `untold`: the two
   * cases cannot be distinguished, or the builds fail: see `reason`. `fixed`: builds in another layout give the same program.
   */
  verdict: z.enum(["open", "code", "binary", "untold", "fixed"]),
  /** ln seconds after - ln seconds before, of the other layouts. Absent if none was measured on both sides. */
  change: factorSchema.exactOptional(),
  /** Ids of the sessions, oldest first. */
  sessions: z.array(sessionIdSchema),
  reason: line.exactOptional(),
});
/** Result of builds of both sides of a change in other memory layouts, since each binary has effects of its own layout. */
export type Layouts = z.infer<typeof layoutsSchema>;

export const decisionSchema = z
  .object({
    schema: z.literal(1),
    n: z.number().int().positive(),
    host: line,
    written: timeSchema,
    /** Version of the decision rules. */
    rules: z.number().int().positive(),
    benchmark: line,
    variant: variantSchema,
    /** Context of the decision. */
    context: measurementContextSchema,
    /**
     * `drifted`: the programs before and after agree, and both differ from the earlier level: the machine drifted, and a new level starts.
     * `unconfirmable`: a program could not be measured again, see `reason`. `creeping`: two programs far apart differ by more than the confirmed
     * changes between them, and `change` is the remainder.
     */
    outcome: z.enum(["confirmed", "rejected", "drifted", "unconfirmable", "creeping"]),
    /** Source: an outlying point, the scan over many points, bisection of skipped revisions, or the weekly pair of programs far apart. */
    found: z.enum(["online", "scan", "bisection", "creeping"]),
    direction: z.enum(["slower", "faster"]),
    /** Oldest revision of the first program after the change, and newest revision of the last program before it. */
    firstBad: revisionSchema,
    lastGood: revisionSchema,
    /** Number of relevant revisions between these two. The change is of one of them, or of the first bad one. */
    skipped: z.number().int().nonnegative(),
    /** Newest revision of the point that raised the suspicion. */
    noticed: revisionSchema,
    /** ln seconds after it - ln seconds before, by fresh sessions. Absent without any. */
    change: factorSchema.exactOptional(),
    /** Ids of the sessions that decided, oldest first. */
    sessions: z.array(sessionIdSchema),
    reason: line.exactOptional(),
    /** For a confirmed change. Absent if no other layout can be built: the variant is interpreted, or its program is unknown. */
    layouts: layoutsSchema.exactOptional(),
    /** Decision of the same series and environment that this one refines. */
    supersedes: z.object({ firstBad: revisionSchema, n: z.number().int().positive() }).exactOptional(),
  })
  .refine(({ outcome, change }) => outcome === "unconfirmable" || change, "decided without a change");
/** Conclusion about a suspected change: `decisions/<benchmark>-<rev12>-<env8>-<n>.json` in the results repository. */
export type Decision = z.infer<typeof decisionSchema>;
