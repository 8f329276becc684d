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

/** A row for the state of the server; none where there was no transition. */
export function upgradeRow({ upgrade }: Report, prose: Prose): [string, string][] {
  if (!upgrade) return [];
  if (upgrade.owed > 0) return [["upgrade", `not yet linked: ${counted(upgrade.owed, "session")} of bridges to come`]];
  if (!upgrade.judged) return [];
  const { verdict } = upgrade.judged;
  return [["upgrade", `${prose.environments(verdict.verdict)}: ${prose.text(verdictText(verdict))}`]];
}

/** The verdict with its numbers, benchmark by benchmark; empty where there is none. */
export function upgradeSection(report: Report): string[] {
  const judged = report.upgrade?.judged;
  if (!judged) return [];
  return [
    heading(report, "Verdict on the newest upgrade"),
    `**${judged.verdict.verdict}**: ${markdownText(verdictText(judged.verdict))}. ${judgeText(judged, (id) => commitLink(id, report.server.target))} Suite: ${commonModeText(judged.verdict.common)}.`,
    table(
      ["benchmark", "verdict", "moved by", "standard error", "margin", "why"],
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

/** In a sentence, without its end. */
export function verdictText({ verdict, reason, shift, benchmarks }: SuiteVerdict): string {
  if (verdict !== "continuous" && reason !== undefined) return reason;
  const passed = benchmarks.filter((one) => one.verdict === "continuous").length;
  const moved = shift ? `, all together moved by ${shiftText(shift.delta)}` : "";
  return `${passed} of ${counted(benchmarks.length, "benchmark")} go on as before${moved}`;
}

/** What it was judged by, as a sentence. */
export function judgeText({ by, revision, before }: Judged, revisionText: (id: string) => string): string {
  const subject = by === "null" ? "the empty commit" : "the revision held out of the bridge,";
  return `Judged by ${subject} ${revisionText(revision)}, against environment ${before.slice(0, 8)}.`;
}

/** `1.00 %`, `7.20 %, coarse`; empty where none is known. */
export function marginText({ margin, coarse }: BenchmarkVerdict): string {
  return margin === undefined ? "" : `${percentText(margin, 2)}${coarse ? ", coarse" : ""}`;
}
