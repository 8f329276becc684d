import type { CachedBuild } from "../build/cached-builds.ts";
import type { Listed, Session, Subject, Variant, WorkItem } from "../model.ts";
import { dayOf } from "../text/quantities.ts";
import { drawnFrom } from "../text/sha256.ts";

/** Share of the cached builds that is measured again in a week. */
const share = 0.1;

interface ControlSamplingInput {
  cachedBuilds: readonly CachedBuild[];
  sessions: readonly Session[];
  environment: string;
  /** Benchmarks that the suite lists now; no other is measured. Undefined if that is not known. */
  benchmarks?: readonly Listed[] | undefined;
}

/**
 * Returns this week's controls: cached builds drawn by a hash of their programs and the week. Every host and every plan draws the same ones.
 * Each is measured again at most once a week. Only programs with earlier samples are measured. The longest unused build comes first.
 */
export function controls(input: ControlSamplingInput & { today: string }): WorkItem[] {
  const week = isoWeek(input.today);
  const here = input.sessions.filter(({ environment }) => environment === input.environment);
  const done = here.filter(({ reason, started }) => reason === "control" && isoWeek(dayOf(started)) === week);
  const drawn = input.cachedBuilds.filter((kept) => isDrawn(kept, week)).sort(byUse);
  return itemsOf(drawn, input, { measured: here, done, because: `control of week ${week}: measure known programs again` });
}

/** Programs of a set of controls that is large enough to judge the machine. */
const programsOfSet = 11;

/** Returns the controls that check a suspected machine shift at once: programs measured before it and not since. */
export function repeatedControls(input: ControlSamplingInput & { since: string }): WorkItem[] {
  const here = input.sessions.filter(({ environment }) => environment === input.environment);
  const before = here.filter(({ started }) => started < input.since);
  const done = here.filter(({ reason, started }) => reason === "control" && started >= input.since);
  const shuffled = [...input.cachedBuilds].sort((a, b) => drawNumber(a, input.since) - drawNumber(b, input.since) || byUse(a, b));
  const because = "check for a machine shift: measure programs from before it again";
  const items = itemsOf(shuffled, input, { measured: before, done, because });
  const enough = items.findIndex(
    (_, index) => items.slice(0, index + 1).flatMap(({ benchmarks = [] }) => benchmarks).length >= programsOfSet,
  );
  return enough === -1 ? items : items.slice(0, enough + 1);
}

/** Returns an item for each build with programs that were measured before, but neither in a done session nor in a preceding build. */
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

/** Returns whether a build is drawn in a week. */
export function isDrawn(kept: Pick<CachedBuild, "fingerprints">, week: string): boolean {
  return drawNumber(kept, week) < share;
}

/** Returns a number from 0 to 1 by the programs of a build and an occasion; 1 for a build without any. */
function drawNumber({ fingerprints }: Pick<CachedBuild, "fingerprints">, occasion: string): number {
  const programs = Object.entries(fingerprints).sort(([a], [b]) => (a < b ? -1 : 1));
  if (programs.length === 0) return 1;
  return drawnFrom(JSON.stringify([programs, occasion])) / 2 ** 32;
}

/** Returns the week of a day by ISO 8601, `2026-W47`: the year is that of its Thursday. */
export function isoWeek(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const year = date.getUTCFullYear();
  const week = Math.ceil(((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000 + 1) / 7);
  return `${year}-W${String(week).padStart(2, "0")}`;
}

/** Returns the keys of all programs that sessions measured. */
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
