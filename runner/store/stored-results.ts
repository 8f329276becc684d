import { join } from "node:path";
import type { Session } from "../model.ts";
import { sessionsOf } from "../timeline/results.ts";
import type { Head, Results } from "../timeline/results.ts";
import { selected } from "../timeline/selected.ts";
import { keepResults, readResults, type ReadResults } from "./cache.ts";
import { sessionPath, type Damaged } from "./sessions.ts";

/** Stored results, in columns and as sessions. */
export interface Stored {
  results: Results;
  /** Sorted by id and so by time; without conditions of the machine. */
  sessions: readonly Session[];
  damaged: readonly Damaged[];
  /** Sessions with a future date from a wrong clock. They are ignored until then, because later sessions would look older. */
  misdated: readonly Head[];
}

/** Accepted difference between the clocks of two hosts. Milliseconds. */
const clockDifference = 60 * 60 * 1000;

/** Returns true if a session's id, start or end is in the future. */
export function isMisdated({ id, started = "", ended = "" }: { id: string; started?: string; ended?: string }, now: Date): boolean {
  const named = id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, "$1-$2-$3T$4:$5:$6Z");
  return [named, started, ended].some((time) => Date.parse(time) > now.getTime() + clockDifference);
}

/** Results of a host for one process. Repeated reads load only new files. */
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

  /** Writes the cache for other processes. Requires the host's lock. */
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
      problem: `is dated ${started} to ${ended}, in the future: ignored until then; withdraw it if its host's clock was wrong`,
    }));
    return { results, sessions: sessionsOf(results), damaged: [...damaged, ...asides], misdated };
  }
}
