import { unreachable } from "./exit-codes.ts";
import { clearProgress } from "./operate/progress.ts";
import { publishReportsNow } from "./reporting.ts";
import { publishResults } from "./run.ts";
import type { Station } from "./station.ts";

/** Bring results and reports to the remote at once, for a command that changed them. Returns its exit code. Only under the host's lock. */
export async function publishAll(station: Station): Promise<number> {
  try {
    const refusal = await publishResults(station, station.say);
    await publishReportsNow(station, station.say);
    if (refusal !== undefined) return 1;
    return station.problems.failing("publish", "reports").length > 0 ? unreachable : 0;
  } finally {
    await clearProgress();
  }
}
