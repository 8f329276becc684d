import * as z from "zod";
import { environmentSchema } from "./environment.ts";
import { line, revisionSchema, timeSchema } from "./fields.ts";

/** Also a file's name, and part of paths. */
const hostNameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);

export const hostStateSchema = z.object({
  schema: z.literal(1),
  host: hostNameSchema,
  /** Time of the last change of anything else in it. */
  written: timeSchema,
  /** Identifies the version of the host program. */
  program: z.string().regex(/^[\w.-]{1,40}$/),
  environment: environmentSchema,
  /** The measured project and the history it knew: `since` and `tip` are ids of commits. */
  target: z.object({
    name: line,
    web: z
      .string()
      .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/)
      .exactOptional(),
    since: revisionSchema,
    tip: revisionSchema,
  }),
  /** Revisions that wait to be measured. */
  waiting: z.number().int().nonnegative(),
  /** Names of the benchmarks that it measured and that its suite no longer has, sorted; absent where there are none. */
  dropped: z.array(line).exactOptional(),
  /** Names of the benchmarks that it measured and expects equal samples of, sorted; absent where there are none. */
  constant: z.array(line).exactOptional(),
  /** Reason that the schedule does nothing, in one line; absent where it is at work. */
  paused: line.exactOptional(),
  /** Reason that nothing can be measured, in one line; absent where there is none. */
  blocked: line.exactOptional(),
  /** Parts of the suite that cannot be listed, a line each; absent where all can. */
  unlisted: z.array(line).exactOptional(),
});
/** State of a host: `hosts/<host>.json` in the results repository, written by that host alone, and replaced when it changes. */
export type HostState = z.infer<typeof hostStateSchema>;
