import type { CachedBuild } from "../build/cached-builds.ts";
import type { Listed, Session, Subject, Variant, WorkItem } from "../model.ts";
import { dayOf } from "../text/quantities.ts";
import { drawnFrom } from "../text/sha256.ts";

/** About so many of the cached builds are measured again in a week. */
const share = 0.1;

interface ControlSamplingInput {
  cachedBuilds: readonly CachedBuild[];
  sessions: readonly Session[];
  environment: string;
  /** What the suite lists now: no other benchmark is measured. undefined where that is not known. */
  benchmarks?: readonly Listed[] | undefined;
}

/**
 * This week's controls: cached builds drawn by a hash of their programs and the week, so that every host and every plan draws the same, each
 * measured again once a week at most. Only programs with samples to compare with are measured. The longest unused build comes first.
 */
export function controls(input: ControlSamplingInput & { today: string }): WorkItem[] {
  const week = isoWeek(input.today);
  const here = input.sessions.filter(({ environment }) => environment === input.environment);
  const done = here.filter(({ reason, started }) => reason === "control" && isoWeek(dayOf(started)) === week);
  const drawn = input.cachedBuilds.filter((kept) => isDrawn(kept, week)).sort(byUse);
  return itemsOf(drawn, input, { measured: here, done, because: `control of week ${week}: its programs were measured before` });
}

/** So many programs are a set that says something of the machine. */
const programsOfSet = 11;

/** What is measured again at once where a set of controls says that the machine moved: programs from before that, not measured since. */
export function repeatedControls(input: ControlSamplingInput & { since: string }): WorkItem[] {
  const here = input.sessions.filter(({ environment }) => environment === input.environment);
  const before = here.filter(({ started }) => started < input.since);
  const done = here.filter(({ reason, started }) => reason === "control" && started >= input.since);
  const shuffled = [...input.cachedBuilds].sort((a, b) => drawNumber(a, input.since) - drawNumber(b, input.since) || byUse(a, b));
  const because = "whether the machine moved: its programs were measured before that";
  const items = itemsOf(shuffled, input, { measured: before, done, because });
  const enough = items.findIndex(
    (_, index) => items.slice(0, index + 1).flatMap(({ benchmarks = [] }) => benchmarks).length >= programsOfSet,
  );
  return enough === -1 ? items : items.slice(0, enough + 1);
}

/** An item for each build, of its programs that were measured before, and neither in what is done nor in a build ahead of it. */
function itemsOf(
  builds: readonly CachedBuild[],
  { environment, benchmarks: listed }: ControlSamplingInput,
  { measured, done, because }: { measured: readonly Session[]; done: readonly Session[]; because: string },
): WorkItem[] {
  const declared = listed && new Set(listed.map(({ name }) => name));
  const tried = new Set(done.map(({ subject, suite }) => buildKey(subject, suite)));
  const [known, again] = [fingerprintsOf(measured), fingerprintsOf(done)];
  const items: WorkItem[] = [];
  const taken = new Set<string>();
  for (const kept of builds) {
    if (kept.subject.kind === "layout" || kept.environment !== environment || tried.has(buildKey(kept.subject, kept.suite))) continue;
    const variant: Variant = kept.subject.kind === "baseline" ? "interpreted" : "compiled";
    const key = (name: string) => keyOf(name, variant, kept.fingerprints[name]);
    const benchmarks = Object.keys(kept.fingerprints)
      .filter((name) => known.has(key(name)) && (declared?.has(name) ?? true))
      .sort();
    const fresh = benchmarks.filter((name) => !again.has(key(name)) && !taken.has(key(name)));
    if (fresh.length === 0) continue;
    for (const name of benchmarks) taken.add(key(name));
    items.push({ subject: kept.subject, reason: "control", because, benchmarks: fresh, suite: kept.suite });
  }
  return items;
}

/** Whether a build is among those of the week. */
export function isDrawn(kept: Pick<CachedBuild, "fingerprints">, week: string): boolean {
  return drawNumber(kept, week) < share;
}

/** 0 to 1, by the programs of a build and an occasion; 1 for a build without any. */
function drawNumber({ fingerprints }: Pick<CachedBuild, "fingerprints">, occasion: string): number {
  const programs = Object.entries(fingerprints).sort(([a], [b]) => (a < b ? -1 : 1));
  if (programs.length === 0) return 1;
  return drawnFrom(JSON.stringify([programs, occasion])) / 2 ** 32;
}

/** The week of a day by ISO 8601, `2026-W47`: it belongs to the year its Thursday lies in. */
export function isoWeek(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const year = date.getUTCFullYear();
  const week = Math.ceil(((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000 + 1) / 7);
  return `${year}-W${String(week).padStart(2, "0")}`;
}

/** All programs that were measured in some sessions. */
function fingerprintsOf(sessions: readonly Session[]): Set<string> {
  const found = new Set<string>();
  for (const { benchmarks } of sessions) {
    for (const [name, outcomes] of Object.entries(benchmarks)) {
      for (const variant of ["compiled", "interpreted"] as const) {
        const outcome = outcomes[variant];
        if (outcome?.status === "ok" && outcome.fingerprint !== undefined) found.add(keyOf(name, variant, outcome.fingerprint));
      }
    }
  }
  return found;
}

function buildKey(subject: Subject, suite: string): string {
  return `${subject.kind === "baseline" ? "baseline" : subject.revision} ${suite}`;
}

function keyOf(name: string, variant: Variant, fingerprint: string | undefined): string {
  return `${variant} ${fingerprint} ${name}`;
}

function byUse(a: CachedBuild, b: CachedBuild): number {
  return a.lastUsed < b.lastUsed ? -1 : a.lastUsed > b.lastUsed ? 1 : 0;
}
