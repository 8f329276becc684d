import * as z from "zod";
import { environmentSchema } from "./environment.ts";
import { line, revisionSchema, timeSchema } from "./fields.ts";

/** Name of a host, which is also a file name and part of paths. */
const hostNameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);

export const hostStateSchema = z.object({
  schema: z.literal(1),
  host: hostNameSchema,
  /** Time of the last change of any other field. */
  written: timeSchema,
  /** Identifies the version of the host program. */
  program: z.string().regex(/^[\w.-]{1,40}$/),
  environment: environmentSchema,
  /** Measured project and its known history: `since` and `tip` are commit ids. */
  target: z.object({
    name: line,
    web: z
      .string()
      .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/)
      .exactOptional(),
    since: revisionSchema,
    tip: revisionSchema,
  }),
  /** Number of revisions that wait to be measured. */
  waiting: z.number().int().nonnegative(),
  /** Names of measured benchmarks that its suite no longer has, sorted; absent without any. */
  dropped: z.array(line).exactOptional(),
  /** Names of measured benchmarks with expected equal samples, sorted; absent without any. */
  constant: z.array(line).exactOptional(),
  /** Reason that the schedule is paused, in one line; absent if it runs. */
  paused: line.exactOptional(),
  /** Reason that nothing can be measured, in one line; absent without one. */
  blocked: line.exactOptional(),
  /** Parts of the suite that cannot be listed, one line each; absent if all can. */
  unlisted: z.array(line).exactOptional(),
});
/** State of a host: `hosts/<host>.json` in the results repository, written by that host alone, and replaced when it changes. */
export type HostState = z.infer<typeof hostStateSchema>;
