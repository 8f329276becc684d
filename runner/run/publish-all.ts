import { unreachable } from "./exit-codes.ts";
import { clearProgress } from "../progress/progress.ts";
import { publishReportsNow } from "./reporting.ts";
import { publishResults } from "./publishing.ts";
import type { RunnerContext } from "../runner-context.ts";

/** Publishes results and reports at once, for a command that changed them. Returns its exit code. Requires the host's lock. */
export async function publishAll(context: RunnerContext): Promise<number> {
  try {
    const refusal = await publishResults(context, context.log);
    await publishReportsNow(context, { logOnce: context.log, isSynchronised: true });
    if (refusal !== undefined) return 1;
    return context.problems.failing("publish", "reports").length > 0 ? unreachable : 0;
  } finally {
    await clearProgress();
  }
}
