import { type Effect, type TimelineImpact } from "../../runner/resources/planned-effects.ts";
import { isDefault } from "./defaults.ts";
import { verdictOf, type HostSection, type Review } from "./review.ts";
import { bytesText, counted, roughDurationText } from "../../runner/text/quantities.ts";

/** Review in its presentation: a verdict and five parts for each host, then the next command as the sixth part. */
export interface Document {
  hosts: { host: string; verdict: string; parts: Part[] }[];
  /** Command that applies this plan, or a sentence about what to do instead. Empty if there is nothing to do. */
  next: string[];
}

export interface Part {
  title: string;
  rows: Row[];
}

/** Value that changes, or a sentence. */
export type Row = ValueRow | { sentence: string };
export interface ValueRow {
  /** Resource; may be empty. */
  about: string;
  what: string;
  is: string;
  willBe: string;
  diff?: string | undefined;
  /** True for packages that the configuration does not name. The short form counts them. */
  comesAlong?: boolean | undefined;
  /** True for settings of a new host that have their default. The short form counts them. */
  isDefault?: boolean | undefined;
  hint?: string | undefined;
}

/** Returns the presentation of a review. @param next lines about the next step. @param now current time, for clock times. */
export function documentOf({ hosts }: Review, next: string[], now: Date): Document {
  return { hosts: hosts.map((section) => ({ host: section.host, verdict: verdictOf(section), parts: partsOf(section, now) })), next };
}

function partsOf(section: HostSection, now: Date): Part[] {
  if (section.state === "skipped" || section.state === "removed") return [];
  return [
    { title: "Drift", rows: driftRows(section) },
    { title: "Configuration", rows: configurationRows(section) },
    { title: "Effects on the host", rows: effectRows(section) },
    { title: "Consequences for the timeline", rows: timelineRows(section, now) },
    { title: "Not previewed", rows: orNone(section.unknown.map(sentence), notChecked(section) ?? "everything was previewed") },
  ];
}

function driftRows(section: HostSection): Row[] {
  const rows = section.drift.flatMap(({ resource, differences }) =>
    differences.map(({ what, is, shouldBe, hint }) => ({
      about: resource,
      what,
      is,
      willBe: shouldBe,
      ...(hint !== undefined && { hint }),
    })),
  );
  return orNone(rows, notChecked(section) ?? "none: the host matches the last applied configuration");
}

function configurationRows({ configuration, warnings, state }: HostSection): Row[] {
  const rows = configuration.map((change) => ({
    about: "",
    what: change.path,
    is: change.is ?? "not set",
    willBe: change.willBe ?? "not set",
    ...(state === "new" && isDefault(change) && { isDefault: true }),
  }));
  const changes = orNone(rows, state === "new" ? "new host: nothing was applied before" : "no change");
  return [...changes, ...warnings.map((warning) => sentence(`warning: ${warning}`))];
}

function effectRows(section: HostSection): Row[] {
  const { obstacles, program, effects, os, held, disk } = section;
  const changes = effects.flatMap(({ resource, effects: those }) =>
    those.filter((effect) => !isRestored(section, resource, effect)).map((effect) => ({ about: resource, ...effect })),
  );
  const restored = effects.reduce(
    (sum, { resource, effects: those }) => sum + those.filter((one) => isRestored(section, resource, one)).length,
    0,
  );
  const rows: Row[] = [
    ...obstacles.map((text) => sentence(`up would fail: ${text}`)),
    ...(program ? [{ about: "program", what: "evenkeel on the host", is: program.is, willBe: program.willBe }] : []),
    ...(restored > 0 ? [sentence(`${counted(restored, "drifted value")} ${restored === 1 ? "is" : "are"} restored`)] : []),
    ...changes,
    ...(os === undefined ? [] : [sentence(`the host runs ${os}; every resource is applied`)]),
  ];
  const facts = [
    ...(held !== undefined && held > 0
      ? [
          sentence(
            `${counted(held, "package")} held: ${held === 1 ? "it stays" : "they stay"} at ${held === 1 ? "its version" : "their versions"}`,
          ),
        ]
      : []),
    ...disk.map(({ path, needed, free }) =>
      sentence(`disk: ${bytesText(needed)} needed below ${path}, ${bytesText(free)} free${needed > free ? ": too little" : ""}`),
    ),
  ];
  return rows.length + facts.length === 0 ? [sentence(notChecked(section) ?? "none")] : [...rows, ...facts];
}

/** Returns whether the part about drift shows this effect already. */
function isRestored({ drift }: HostSection, resource: string, { what, is, willBe, diff }: Effect): boolean {
  const differences = drift.find((one) => one.resource === resource)?.differences ?? [];
  return (
    diff === undefined &&
    differences.some((difference) => difference.what === what && difference.is === is && difference.shouldBe === willBe)
  );
}

function timelineRows(section: HostSection, now: Date): Row[] {
  const { impact, heldSeconds } = section;
  const pause =
    heldSeconds > 0
      ? [sentence(`up pauses the schedule: about ${roughDurationText(heldSeconds)}, until ${clock(now, heldSeconds)} if it starts now`)]
      : [];
  if (!impact) return orNone(pause, notChecked(section) ?? "first environment: no older values to link with");
  return [...environmentRows(impact), ...pause];
}

function environmentRows({ present, next, id, because, measures, unknown }: TimelineImpact): Row[] {
  if (next === "first") return [sentence("first environment: no older values to link with")];
  if (next === "same") return [sentence(`environment ${present} stays: the timeline continues without a transition`)];
  const change = { about: "", what: "environment", is: present ?? "none", willBe: id ?? "another one, whose id is not known yet" };
  const reasons = because.map((text) => sentence(`because of ${text}`));
  if (!measures) return [change, ...reasons, sentence(`sessions needed to link it: ${unknown ?? "not known"}`)];
  const { baselines, bridges, seconds, isPreUpgradeRunComplete, known } = measures;
  const time = seconds === undefined ? "duration not known: no similar measurement on this host" : `about ${roughDurationText(seconds)}`;
  return [
    change,
    ...reasons,
    ...(known > 0 ? [sentence(`known environment: this host has ${counted(known, "session")} in it`)] : []),
    ...(isPreUpgradeRunComplete
      ? []
      : [sentence("pre-upgrade run missing: run `evenkeel pre-upgrade` on the host to measure the present environment a last time")]),
    sentence(`baselines: ${counted(baselines.benchmarks, "benchmark")} in ${counted(baselines.sessions, "session")}`),
    sentence(
      `bridges: ${counted(bridges.benchmarks, "benchmark")} in ${counted(bridges.sessions, "session")} at least; with the baselines ${time}`,
    ),
    sentence("cron measures them before new revisions; then the verdict follows"),
  ];
}

function notChecked({ state, measuring, work }: HostSection): string | undefined {
  if (state === "measuring")
    return `not checked: the host is measuring (${measuring}${work === undefined ? "" : `: ${work}`}); try again, or run \`evenkeel pause --now\` there`;
  if (state === "unseen") return "not checked: only the configuration was compared";
  if (state === "broken") return "not checked: Evenkeel cannot run there without Node; everything is applied again";
  return state === "new" ? "Evenkeel is not installed there yet" : undefined;
}

function orNone(rows: Row[], otherwise: string): Row[] {
  return rows.length > 0 ? rows : [sentence(otherwise)];
}

function sentence(text: string): Row {
  return { sentence: text };
}

function clock(now: Date, seconds: number): string {
  return `${new Date(now.getTime() + seconds * 1000).toISOString().slice(11, 16)} UTC`;
}
