import { differingKeys } from "../../config/flatten.ts";
import type { HostReport } from "./host-report.ts";
import { configurationChanges } from "./configuration.ts";

/** Inputs of a plan. */
interface Made {
  /** Configuration by host. */
  declared: Readonly<Record<string, unknown>>;
  /** Reports by host. Hosts without a report are not compared. */
  reports: Readonly<Record<string, unknown>>;
}

/** Returns the changes since a plan was made, a sentence each. */
export function changedSince(then: Made, now: Made): string[] {
  return [...declaredSince(then.declared, now.declared), ...seenSince(then.reports, now.reports)];
}

function declaredSince(then: Made["declared"], now: Made["declared"]): string[] {
  const sentences = [...new Set([...Object.keys(then), ...Object.keys(now)])].flatMap((host) => {
    if (!Object.hasOwn(then, host)) return [`the configuration changed: host ${host} was added`];
    if (!Object.hasOwn(now, host)) return [`the configuration changed: host ${host} was removed`];
    return configurationChanges(then[host], now[host]).map(
      ({ path, is, willBe }) => `the configuration changed: ${path} was ${is ?? "not set"}, is ${willBe ?? "not set"}`,
    );
  });
  // Shared settings are listed once.
  return [...new Set(sentences)];
}

function seenSince(then: Made["reports"], now: Made["reports"]): string[] {
  return Object.keys(now).flatMap((host) => {
    const [before, after] = [differencesIn(Object.hasOwn(then, host) ? then[host] : undefined), differencesIn(now[host])];
    return differingKeys(before, after).map((key) => `host ${host} changed: ${key} ${changeText(before.get(key), after.get(key))}`);
  });
}

function changeText(before: string | undefined, after: string | undefined): string {
  if (before === undefined) return `is now ${after}`;
  return after === undefined ? `is no longer ${before}` : `was ${before}, is ${after}`;
}

/** Returns the actual values of a host that differ from its declaration, by name. */
function differencesIn(report: unknown): Map<string, string> {
  const found = new Map<string, string>();
  if (!isReport(report)) return found;
  if (report.bare) found.set("it", "bare");
  if (report.measuring !== undefined) found.set("it", `measuring (${report.measuring})`);
  for (const differences of Object.values(report.review?.drift ?? {})) for (const { what, is } of differences) found.set(what, is);
  for (const { effects } of Object.values(report.review?.planned ?? {})) for (const { what, is } of effects) found.set(what, is);
  return found;
}

function isReport(value: unknown): value is HostReport {
  return value !== null && typeof value === "object" && "host" in value;
}
