import { htmlText, markdownText } from "./escape.ts";
import type { ReportInput } from "./input.ts";
import { minuteOf } from "./numbers.ts";
import { table } from "./table.ts";

/** Sessions that do not count, the newest withdrawal first: which, by whom, when and why. */
export function renderWithdrawn({ target, withdrawn }: Pick<ReportInput, "target" | "withdrawn">): string {
  const rows = [...withdrawn]
    .reverse()
    .map(({ what, by, host, written, why }) => [
      `<code>${htmlText(what.session)}</code>`,
      `${markdownText(by)} on ${markdownText(host)}`,
      minuteOf(written),
      markdownText(why),
    ]);
  return `${[
    `# ${markdownText(target.name)}: withdrawn sessions`,
    "[Overview](../README.md)",
    "An operator withdrew these sessions. They count for nothing: no value, no noise, no bridge and no change. What they measured is measured again.",
    table(["Session", "Withdrawn by", "When", "Why"], "llll", rows),
  ].join("\n\n")}\n`;
}
