import { join } from "node:path";
import type { Session } from "../model.ts";
import { sessionsOf } from "../timeline/results.ts";
import type { Head, Results } from "../timeline/results.ts";
import { selected } from "../timeline/selected.ts";
import { keepResults, readResults, type ReadResults } from "./cache.ts";
import { sessionPath, type Damaged } from "./sessions.ts";

/** All that is stored, in columns and as sessions. */
export interface Stored {
  results: Results;
  /** By id, which is by time; without what the machine was like. */
  sessions: readonly Session[];
  damaged: readonly Damaged[];
  /** Sessions that are set aside until their time has come: a wrong clock dated them, and whatever was measured since would look older. */
  misdated: readonly Head[];
}

/** Clocks of two hosts may differ by so much. */
const clockDifference = 60 * 60 * 1000;

/** Returns true if a session is dated after now, by its id, start or end. */
export function isMisdated({ id, started = "", ended = "" }: { id: string; started?: string; ended?: string }, now: Date): boolean {
  const named = id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, "$1-$2-$3T$4:$5:$6Z");
  return [named, started, ended].some((time) => Date.parse(time) > now.getTime() + clockDifference);
}

/** The results of a host as one process sees them: asked again, it reads what is new, and nothing twice. */
export class StoredResults {
  readonly #root: string;
  readonly #cache: string;
  readonly #now: () => Date;
  #read: ReadResults | undefined;
  #of: Results | undefined;
  #stored: Stored | undefined;

  constructor(resultsRoot: string, cache: string, now: () => Date = () => new Date()) {
    this.#root = resultsRoot;
    this.#cache = cache;
    this.#now = now;
  }

  async read(): Promise<Stored> {
    const { results, damaged } = (this.#read = await readResults(this.#root, this.#cache, this.#read));
    if (!this.#stored || this.#of !== results) this.#stored = this.#storedOf(results, damaged);
    this.#of = results;
    return this.#stored;
  }

  /** Keep what was read for other processes. Only under the host's lock. */
  async keep(): Promise<void> {
    if (!this.#read) return;
    await keepResults(this.#cache, this.#read);
    this.#read = { ...this.#read, isKept: true };
  }

  #storedOf(all: Results, damaged: readonly Damaged[]): Stored {
    const now = this.#now();
    const misdated = all.sessions.filter((session) => isMisdated(session, now));
    const results = misdated.length === 0 ? all : selected(all, (session) => !misdated.includes(session));
    const asides = misdated.map(({ id, started, ended }) => ({
      path: join(this.#root, sessionPath(id).session),
      problem: `is of ${started} to ${ended}, after now: set aside until then; withdraw it if its host's clock was wrong`,
    }));
    return { results, sessions: sessionsOf(results), damaged: [...damaged, ...asides], misdated };
  }
}
