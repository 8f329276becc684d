import { createHash } from "node:crypto";
import type { Session, Subject, Variant, WorkItem } from "../model.ts";

/** A finished build that is still there, and the programs in it. */
export interface KeptBuild {
  subject: Subject;
  /** Suite revision. */
  suite: string;
  /** Environment id. */
  environment: string;
  /** Benchmark name -> fingerprint, of those that have one. */
  fingerprints: Readonly<Record<string, string>>;
  /** When it was last measured. */
  lastUsed: string;
}

/** About so many of the kept builds are measured again in a week. */
const share = 0.1;

/**
 * This week's controls: kept builds drawn by a hash of their programs and the week, so that every host and every plan draws the same, each
 * measured again once a week at most. Only programs with samples to compare with are measured. The longest unused build comes first.
 */
export function controls(input: {
  keptBuilds: readonly KeptBuild[];
  sessions: readonly Session[];
  environment: string;
  today: string;
}): WorkItem[] {
  const week = isoWeek(input.today);
  const here = input.sessions.filter(({ environment }) => environment === input.environment);
  const done = here.filter(({ reason, started }) => reason === "control" && isoWeek(started.slice(0, 10)) === week);
  const tried = new Set(done.map(({ subject, suite }) => buildKey(subject, suite)));
  const measuredThisWeek = fingerprintsOf(done);
  const measured = fingerprintsOf(here);
  const items: WorkItem[] = [];
  const drawn = new Set<string>();
  for (const kept of [...input.keptBuilds].sort(byUse)) {
    if (kept.environment !== input.environment || tried.has(buildKey(kept.subject, kept.suite)) || !isDrawn(kept, week)) continue;
    const variant: Variant = kept.subject.kind === "baseline" ? "interpreted" : "compiled";
    const key = (name: string) => keyOf(name, variant, kept.fingerprints[name]);
    const benchmarks = Object.keys(kept.fingerprints)
      .filter((name) => measured.has(key(name)))
      .sort();
    const fresh = benchmarks.filter((name) => !measuredThisWeek.has(key(name)) && !drawn.has(key(name)));
    if (fresh.length === 0) continue;
    for (const name of benchmarks) drawn.add(key(name));
    items.push({
      subject: kept.subject,
      reason: "control",
      because: `control of week ${week}: its programs were measured before`,
      benchmarks: fresh,
      suite: kept.suite,
    });
  }
  return items;
}

/** Whether a build is among those of the week. */
export function isDrawn({ fingerprints }: Pick<KeptBuild, "fingerprints">, week: string): boolean {
  const programs = Object.entries(fingerprints).sort(([a], [b]) => (a < b ? -1 : 1));
  if (programs.length === 0) return false;
  const hash = createHash("sha256")
    .update(JSON.stringify([programs, week]))
    .digest();
  return hash.readUInt32BE() < share * 2 ** 32;
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

function byUse(a: KeptBuild, b: KeptBuild): number {
  return a.lastUsed < b.lastUsed ? -1 : a.lastUsed > b.lastUsed ? 1 : 0;
}
