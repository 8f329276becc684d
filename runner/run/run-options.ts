import type { RunnerContext, Log } from "../runner-context.ts";
import type { WorkItem } from "../model.ts";
import type { Screen } from "../progress/screen.ts";
import type { Reopened } from "../queue/bridges.ts";
import type { Asking } from "../queue/listing.ts";
import type { Refusal } from "./alerting.ts";
import type { Done } from "./storing.ts";

export interface RunOptions {
  /** What holds the lock, as others see it: `evenkeel measure`. */
  command: string;
  /** Started by cron, which holds the lock already and honours a pause. */
  cron: boolean;
  /** false keeps git untouched: results stay on this host. */
  publish: boolean;
  waitSeconds: number;
  /** No new item is begun after this. */
  maxMinutes?: number | undefined;
  signal: AbortSignal;
  /** Where the log goes; standard output if not given. */
  log?: Log;
  /** Where a live view is drawn; none if not given. */
  screen?: Screen;
  /** Bridges taken up again. */
  reopened?: Reopened;
  /** A subject that fails as a whole is exit code 1, for somebody asked for it; otherwise it is a result like others. */
  failsWithSubject?: boolean;
  /** What to measure, asked again after each item; the queue's next one if not given. */
  next?: (context: RunnerContext, how: Asking) => Promise<WorkItem[]>;
}

/** How a run ended. */
export interface RunResult {
  exitCode: number;
  sessions: Done[];
  /** Seconds by step; `session` is all after the build, with what is in `processes` and `store`. */
  seconds: Record<string, number>;
  /** Why nothing was measured, where that was not wanted here. */
  refused?: Refusal;
}
