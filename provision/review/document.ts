import { type Effect, type TimelineImpact } from "../../runner/resources/planned-effects.ts";
import { isDefault } from "./defaults.ts";
import { verdictOf, type HostSection, type Review } from "./review.ts";
import { bytesText, counted, roughDurationText } from "../../runner/text/quantities.ts";

/** A review as it is read: for each host a verdict, then six parts in this order. */
export interface Document {
  hosts: { host: string; verdict: string; parts: Part[] }[];
  /** How to apply this very plan, or why there is nothing to apply. */
  next: string[];
}

export interface Part {
  title: string;
  rows: Row[];
}

/** A value that changes, or a sentence. */
export type Row = ValueRow | { sentence: string };
export interface ValueRow {
  /** The resource; empty where that goes without saying. */
  about: string;
  what: string;
  is: string;
  willBe: string;
  diff?: string | undefined;
  /** A package that another one depends on: a short form counts those. */
  comesAlong?: boolean | undefined;
  /** A setting of a new host that nobody wrote: a short form counts those. */
  isDefault?: boolean | undefined;
  hint?: string | undefined;
}

/** @param next how to go on, in sentences. @param now for clock times. */
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
    { title: "Not previewed", rows: orNone(section.unknown.map(sentence), notLookedAt(section) ?? "everything was previewed") },
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
  return orNone(rows, notLookedAt(section) ?? "none: the host is as it was applied last");
}

function configurationRows({ configuration, warnings, state }: HostSection): Row[] {
  const rows = configuration.map((change) => ({
    about: "",
    what: change.path,
    is: change.is ?? "not set",
    willBe: change.willBe ?? "not set",
    ...(state === "new" && isDefault(change) && { isDefault: true }),
  }));
  const changes = orNone(rows, state === "new" ? "new: nothing was applied before" : "no change");
  return [...changes, ...warnings.map((warning) => sentence(`warning: ${warning}`))];
}

function effectRows(section: HostSection): Row[] {
  const { obstacles, program, effects, os, held, disk } = section;
  const changes = effects.flatMap(({ resource, effects: those }) =>
    those.filter((effect) => !isSetRight(section, resource, effect)).map((effect) => ({ about: resource, ...effect })),
  );
  const setRight = effects.reduce(
    (sum, { resource, effects: those }) => sum + those.filter((one) => isSetRight(section, resource, one)).length,
    0,
  );
  const rows: Row[] = [
    ...obstacles.map((text) => sentence(`up would fail: ${text}`)),
    ...(program ? [{ about: "program", what: "evenkeel on the host", is: program.is, willBe: program.willBe }] : []),
    ...(setRight > 0 ? [sentence(`${counted(setRight, "drifted value")} ${setRight === 1 ? "is" : "are"} set right`)] : []),
    ...changes,
    ...(os === undefined ? [] : [sentence(`it runs ${os}; every resource is applied to it`)]),
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
  return rows.length + facts.length === 0 ? [sentence(notLookedAt(section) ?? "none")] : [...rows, ...facts];
}

/** Whether it is what the part on drift shows already. */
function isSetRight({ drift }: HostSection, resource: string, { what, is, willBe, diff }: Effect): boolean {
  const differences = drift.find((one) => one.resource === resource)?.differences ?? [];
  return (
    diff === undefined &&
    differences.some((difference) => difference.what === what && difference.is === is && difference.shouldBe === willBe)
  );
}

function timelineRows(section: HostSection, now: Date): Row[] {
  const { impact, heldSeconds } = section;
  const held =
    heldSeconds > 0
      ? [
          sentence(
            `the schedule is held while up is at work: about ${roughDurationText(heldSeconds)}, until ${clock(now, heldSeconds)} if it begins now`,
          ),
        ]
      : [];
  if (!impact) return orNone(held, notLookedAt(section) ?? "a first environment: nothing to link to yet");
  return [...environmentRows(impact), ...held];
}

function environmentRows({ present, next, id, because, measures, unknown }: TimelineImpact): Row[] {
  if (next === "first") return [sentence("a first environment: nothing to link to yet")];
  if (next === "same") return [sentence(`environment ${present} stays: the timeline goes on without a transition`)];
  const change = { about: "", what: "environment", is: present ?? "none", willBe: id ?? "another, its id is not known yet" };
  const reasons = because.map((text) => sentence(`because of ${text}`));
  if (!measures) return [change, ...reasons, sentence(`what it takes to link it: ${unknown ?? "not known"}`)];
  const { baselines, bridges, seconds, isPreUpgradeRunComplete, known } = measures;
  const time = seconds === undefined ? "how long is not known: nothing like it was measured here" : `about ${roughDurationText(seconds)}`;
  return [
    change,
    ...reasons,
    ...(known > 0 ? [sentence(`known: ${counted(known, "session")} of this host are in it`)] : []),
    ...(isPreUpgradeRunComplete
      ? []
      : [sentence("pre-upgrade run missing: run `evenkeel pre-upgrade` on the host, which measures the present environment a last time")]),
    sentence(`baselines: ${counted(baselines.benchmarks, "benchmark")} in ${counted(baselines.sessions, "session")}`),
    sentence(
      `bridges: ${counted(bridges.benchmarks, "benchmark")} in ${counted(bridges.sessions, "session")} at least; with the baselines ${time}`,
    ),
    sentence("cron measures them by itself, before anything new; then comes the verdict"),
  ];
}

function notLookedAt({ state, measuring, work }: HostSection): string | undefined {
  if (state === "measuring")
    return `not looked at: the host is measuring (${measuring}${work === undefined ? "" : `: ${work}`}); try again, or \`evenkeel pause --now\` there`;
  if (state === "unseen") return "not looked at: only the configuration was compared";
  if (state === "broken") return "not looked at: nothing of ours runs there without Node; all is applied again";
  return state === "new" ? "nothing of ours is there yet" : undefined;
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
