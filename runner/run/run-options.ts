import type { RunnerContext, Log } from "../runner-context.ts";
import type { WorkItem } from "../model.ts";
import type { Screen } from "../progress/screen.ts";
import type { Reopened } from "../queue/bridges.ts";
import type { Asking } from "../queue/listing.ts";
import type { Refusal } from "./alerting.ts";
import type { Done } from "./storing.ts";

export interface RunOptions {
  /** Name of the lock's holder, as shown to others: `evenkeel measure`. */
  command: string;
  /** True for a run by cron, which already has the lock and obeys a pause. */
  cron: boolean;
  /** false keeps git untouched: results stay on this host. */
  publish: boolean;
  waitSeconds: number;
  /** No new item is begun after this. */
  maxMinutes?: number | undefined;
  signal: AbortSignal;
  /** Receiver of log lines; standard output by default. */
  log?: Log;
  /** Screen of a live view; none by default. */
  screen?: Screen;
  /** Reopened bridges. */
  reopened?: Reopened;
  /** True if a subject that fails as a whole makes the exit code 1: a command asked for it. Otherwise it is an ordinary result. */
  failsWithSubject?: boolean;
  /** Returns the items to measure, called again after each one. The queue by default. */
  next?: (context: RunnerContext, how: Asking) => Promise<WorkItem[]>;
}

/** Result of a run. */
export interface RunResult {
  exitCode: number;
  sessions: Done[];
  /** Seconds by step; `session` is everything after the build and includes `processes` and `store`. */
  seconds: Record<string, number>;
  /** Reason that the run refused to measure. */
  refused?: Refusal;
}
