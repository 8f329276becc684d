import type { BenchmarkVerdict, SuiteVerdict } from "../timeline/verdict.ts";
import { commonModeText } from "./common-mode.ts";
import { markdownText } from "../text/escape.ts";
import { heading } from "./heading.ts";
import type { Judged, Report } from "./input.ts";
import { commitLink } from "./links.ts";
import { shiftText } from "../text/measurements.ts";
import { counted, percentText } from "../text/quantities.ts";
import type { Prose } from "./prose.ts";
import { table } from "./table.ts";

/** Returns the row about the upgrade for the state of the server; none without a transition. */
export function upgradeRow({ upgrade }: Report, prose: Prose): [string, string][] {
  if (!upgrade) return [];
  if (upgrade.owed > 0) return [["upgrade", `not yet linked: ${counted(upgrade.owed, "bridge session")} left`]];
  if (!upgrade.judged) return [];
  const { verdict } = upgrade.judged;
  return [["upgrade", `${prose.environments(verdict.verdict)}: ${prose.text(verdictText(verdict))}`]];
}

/** Renders the verdict with its numbers for each benchmark; empty without a verdict. */
export function upgradeSection(report: Report): string[] {
  const judged = report.upgrade?.judged;
  if (!judged) return [];
  return [
    heading(report, "Verdict on the newest upgrade"),
    `**${judged.verdict.verdict}**: ${markdownText(verdictText(judged.verdict))}. ${judgeText(judged, (id) => commitLink(id, report.server.target))} Suite: ${commonModeText(judged.verdict.common)}.`,
    table(
      ["benchmark", "verdict", "shift", "standard error", "margin", "reason"],
      "llrrrl",
      judged.verdict.benchmarks.map((one) => [
        markdownText(one.benchmark),
        one.verdict,
        one.shift ? shiftText(one.shift.delta) : "",
        one.shift ? percentText(one.shift.standardError, 2) : "",
        marginText(one),
        one.verdict === "continuous" ? "" : markdownText(one.reason ?? ""),
      ]),
    ),
  ];
}

/** Returns the verdict as a sentence without a full stop. */
export function verdictText({ verdict, reason, shift, benchmarks }: SuiteVerdict): string {
  if (verdict !== "continuous" && reason !== undefined) return reason;
  const passed = benchmarks.filter((one) => one.verdict === "continuous").length;
  const common = shift ? `, common shift ${shiftText(shift.delta)}` : "";
  return `${passed} of ${counted(benchmarks.length, "benchmark")} match the old environment${common}`;
}

/** Returns a sentence about the program that the verdict is based on. */
export function judgeText({ by, revision, before }: Judged, revisionText: (id: string) => string): string {
  const subject = by === "empty-commit" ? "the empty commit" : "the held-out revision";
  return `Judged by ${subject} ${revisionText(revision)} against environment ${before.slice(0, 8)}.`;
}

/** Returns `1.00 %` or `7.20 %, coarse`; empty if the margin is not known. */
export function marginText({ margin, coarse }: BenchmarkVerdict): string {
  return margin === undefined ? "" : `${percentText(margin, 2)}${coarse ? ", coarse" : ""}`;
}
