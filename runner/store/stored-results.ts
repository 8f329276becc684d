import type { Session } from "../model.ts";
import { sessionsOf } from "../timeline/results.ts";
import type { Results } from "../timeline/results.ts";
import { keepResults, readResults, type ReadResults } from "./cache.ts";
import type { Damaged } from "./sessions.ts";

/** All that is stored, in columns and as sessions. */
export interface Stored {
  results: Results;
  /** By id, which is by time; without what the machine was like. */
  sessions: readonly Session[];
  damaged: readonly Damaged[];
}

/** The results of a host as one process sees them: asked again, it reads what is new, and nothing twice. */
export class StoredResults {
  readonly #root: string;
  readonly #cache: string;
  #read: ReadResults | undefined;
  #stored: Stored | undefined;

  constructor(resultsRoot: string, cache: string) {
    this.#root = resultsRoot;
    this.#cache = cache;
  }

  async read(): Promise<Stored> {
    const { results, damaged } = (this.#read = await readResults(this.#root, this.#cache, this.#read));
    if (this.#stored?.results !== results) this.#stored = { results, sessions: sessionsOf(results), damaged };
    return this.#stored;
  }

  /** Keep what was read for other processes. Only under the host's lock. */
  async keep(): Promise<void> {
    if (!this.#read) return;
    await keepResults(this.#cache, this.#read);
    this.#read = { ...this.#read, isKept: true };
  }
}
