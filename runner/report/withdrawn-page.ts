import { htmlText, markdownText } from "../text/escape.ts";
import type { ReportInput } from "./input.ts";
import { counted, minuteOf } from "../text/quantities.ts";
import { table } from "./table.ts";

/** Renders the withdrawn sessions and values of benchmarks, the newest withdrawal first. */
export function renderWithdrawn({ target, withdrawn }: Pick<ReportInput, "target" | "withdrawn">): string {
  const rows = [...withdrawn]
    .reverse()
    .map(({ what, by, host, written, why }) => [
      what.kind === "session"
        ? `<code>${htmlText(what.session)}</code>`
        : `benchmark ${markdownText(what.benchmark)}, all values until then`,
      `${markdownText(by)} on ${markdownText(host)}`,
      minuteOf(written),
      markdownText(why),
    ]);
  return `${[
    `# ${markdownText(target.name)}: withdrawn results`,
    "[Overview](../README.md)",
    "An operator withdrew these results. They do not count in any value, noise, bridge or change. Benchmarks that are still in the suite are measured again.",
    table(["Withdrawn", "By", "When", "Why"], "llll", rows),
  ].join("\n\n")}\n`;
}

/** Returns `1 session, 2 benchmarks`. */
export function withdrawnText({ sessions, benchmarks }: Record<"sessions" | "benchmarks", number>): string {
  const parts = [...(sessions > 0 ? [counted(sessions, "session")] : []), ...(benchmarks > 0 ? [counted(benchmarks, "benchmark")] : [])];
  return parts.join(", ");
}
