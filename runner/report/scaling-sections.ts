import type { ScalingFactor } from "../model.ts";
import { halfWidth, type Factor } from "../timeline/bridge.ts";
import { scalingHistories } from "../timeline/chain.ts";
import type { ScalingStatus } from "../timeline/chain.ts";
import { median } from "../timeline/stats.ts";
import { markdownText } from "../text/escape.ts";
import { heading } from "./heading.ts";
import type { Report } from "./input.ts";
import { scalingFactorText, shiftText } from "../text/measurements.ts";
import { counted, dayOf } from "../text/quantities.ts";
import { table } from "./table.ts";

/** Largest number of rows of lists that would grow without limit. */
const mostRows = 20;

/** Renders the scaling factors between environments, broken links with reasons, and the effects of later bridges. Empty with one environment. */
export function scalingSections(report: Report, environments: readonly string[]): string[] {
  const declared = new Set(report.benchmarks.map(({ name }) => name));
  const isDeclared = (findings: ScalingStatus[]) =>
    declared.size === 0 || findings.some(({ scalingFactor }) => declared.has(scalingFactor.benchmark));
  const histories = scalingHistories(report.scalingFiles).filter(isDeclared);
  if (histories.length === 0) return environments.length > 1 ? ["These environments are not yet linked with each other."] : [];
  const latest = histories.flatMap((findings) => findings.slice(-1).map(({ scalingFactor }) => scalingFactor));
  return [
    heading(report, "Scaling factors"),
    "Ratios of seconds after a transition to seconds before it, from revisions that were measured on both sides:",
    table(
      ["from", "to", "factor (median)", "linked", "weak", "broken"],
      "llrrrr",
      grouped(latest, pairKey).map((scalingFactors) => pairRow(scalingFactors)),
    ),
    ...(latest.some(({ factor }) => factor && halfWidth(factor) === Infinity)
      ? ["Factors with an unknown error were imported without one."]
      : []),
    ...brokenList(latest),
    ...movedList(histories),
  ];
}

function pairRow(scalingFactors: readonly ScalingFactor[]): string[] {
  const count = (wanted: ScalingFactor["status"]) => String(scalingFactors.filter(({ status }) => status === wanted).length);
  const factors = scalingFactors.flatMap(({ status, factor }) => (status === "broken" ? [] : (factor ?? [])));
  const text =
    factors.length > 0 ? scalingFactorText(median(factors.map(({ phi }) => phi)), medianHalfWidth(factors)) + unknownText(factors) : "";
  return [...placesText(scalingFactors[0]), text, count("linked"), count("weak"), count("broken")];
}

/** Returns the median of the known half widths; Infinity without any. */
function medianHalfWidth(factors: readonly Factor[]): number {
  const known = factors.map(halfWidth).filter(Number.isFinite);
  return known.length > 0 ? median(known) : Infinity;
}

function unknownText(factors: readonly Factor[]): string {
  const unknown = factors.filter((factor) => halfWidth(factor) === Infinity).length;
  return unknown > 0 && unknown < factors.length ? ` (error of ${unknown} not known)` : "";
}

function placesText(scalingFactor: ScalingFactor | undefined): [string, string] {
  if (!scalingFactor) return ["", ""];
  const [from, to] = [scalingFactor.from.environment, scalingFactor.to.environment].map((id) => `\`${id.slice(0, 8)}\``);
  return [from ?? "", from === to ? "same environment, benchmark edited" : (to ?? "")];
}

function brokenList(latest: readonly ScalingFactor[]): string[] {
  const broken = latest.filter(({ status }) => status === "broken");
  if (broken.length === 0) return [];
  const lines = broken.slice(0, mostRows).map((scalingFactor) => {
    const [from, to] = placesText(scalingFactor);
    return `- ${markdownText(scalingFactor.benchmark)} (${scalingFactor.variant}), ${from} to ${to}: ${markdownText(scalingFactor.reason ?? "unknown reason")}`;
  });
  const more = broken.length > mostRows ? [`- … and ${broken.length - mostRows} more`] : [];
  return [["Broken links. Older values of these benchmarks are shown separately:", "", ...lines, ...more].join("\n")];
}

/** A scaling factor that replaced an earlier one. */
interface Replacement {
  before: ScalingStatus;
  after: ScalingStatus;
}

/** Renders the effects of later bridges that replaced earlier ones on the shown history. */
function movedList(histories: readonly ScalingStatus[][]): string[] {
  const replaced = histories.flatMap((findings) =>
    findings.slice(1).flatMap((after, index): Replacement[] => {
      const before = findings[index];
      return before ? [{ before, after }] : [];
    }),
  );
  if (replaced.length === 0) return [];
  const events = grouped(replaced, ({ after }) => `${pairKey(after.scalingFactor)} ${after.n} ${after.written}`);
  const newestFirst = events.sort((a, b) => ((a[0]?.after.written ?? "") < (b[0]?.after.written ?? "") ? 1 : -1));
  return [
    [
      "Later bridges replaced earlier ones and shifted older values in the reports:",
      "",
      ...newestFirst.slice(0, mostRows).map(movedText),
    ].join("\n"),
  ];
}

function movedText(replaced: readonly Replacement[]): string {
  const [first] = replaced;
  if (!first) return "";
  const [from, to] = placesText(first.after.scalingFactor);
  const moves = replaced.flatMap(({ before, after }) => {
    const [old, now] = [phiOf(before), phiOf(after)];
    return old === undefined || now === undefined ? [] : [{ scalingFactor: after.scalingFactor, moved: now - old }];
  });
  const [most] = [...moves].sort((a, b) => Math.abs(b.moved) - Math.abs(a.moved));
  const linked = replaced.filter(({ before, after }) => phiOf(before) === undefined && phiOf(after) !== undefined).length;
  const broken = replaced.filter(({ before, after }) => phiOf(before) !== undefined && phiOf(after) === undefined).length;
  const texts = [
    ...(most
      ? [
          `${counted(moves.length, "series", "series")} by ${shiftText(median(moves.map(({ moved }) => moved)))} (median), most ${markdownText(most.scalingFactor.benchmark)} (${most.scalingFactor.variant}) by ${shiftText(most.moved)}`,
        ]
      : []),
    ...(linked > 0 ? [`${linked} linked since then`] : []),
    ...(broken > 0 ? [`${broken} broken since then`] : []),
  ];
  return `- ${dayOf(first.after.written)}, ${from} to ${to}, bridge ${first.after.n}: ${texts.join("; ") || "no series shifted"}`;
}

function phiOf({ scalingFactor }: ScalingStatus): number | undefined {
  return scalingFactor.status === "broken" ? undefined : scalingFactor.factor?.phi;
}

function pairKey({ from, to }: ScalingFactor): string {
  return `${from.environment} ${to.environment}`;
}

function grouped<T>(values: readonly T[], keyOf: (value: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const known = groups.get(keyOf(value));
    if (known) known.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return [...groups.values()];
}
