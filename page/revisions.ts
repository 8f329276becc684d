import type { PageIndex, PageRevisions } from "../runner/report/page/data.ts";
import { loadRevisions } from "./load.ts";
import { dayOf } from "../runner/text/quantities.ts";

export interface Revision {
  id: string;
  title: string;
  /** Seconds since 1970. */
  committed: number;
}

/** Digits of an id that are unique in every history. */
const enoughDigits = 12;

/** Loaded part of the history, by index. */
export class History {
  readonly #index: PageIndex;
  readonly #years = new Map<number, { start: number; content: PageRevisions }>();

  constructor(index: PageIndex) {
    this.#index = index;
  }

  /** Loads the revisions of years. */
  async load(years: readonly number[]): Promise<void> {
    await Promise.all(years.map(async (year) => this.#years.set(year, { start: this.start(year), content: await loadRevisions(year) })));
  }

  /** Loads the year of the revision at an index. */
  async loadAt(position: number): Promise<void> {
    if (this.at(position) === undefined && this.#index.years.length > 0) await this.load([this.yearOf(position)]);
  }

  /** Loads years, the newest first, until they have the revision whose id begins with `start`. */
  async loadWith(start: string): Promise<void> {
    if (!isStartOfId(start)) return;
    const missing = this.#index.years.map(([year]) => year).filter((year) => !this.#years.has(year));
    // Few digits may be ambiguous, so all years are needed; `enoughDigits` are unique.
    if (start.length < enoughDigits) return this.load(missing);
    while (missing.length > 0 && this.find(start) === undefined) await this.load(missing.splice(-1));
  }

  /** Returns the year of an index in the history. */
  yearOf(position: number): number {
    return (this.#index.years.findLast(([year]) => this.start(year) <= position) ?? this.#index.years[0])?.[0] ?? 0;
  }

  /** Returns the index of a year's first revision. */
  start(year: number): number {
    return this.#index.years.filter(([one]) => one < year).reduce((sum, [, count]) => sum + count, 0);
  }

  at(position: number): Revision | undefined {
    for (const { start, content } of this.#years.values()) {
      const index = position - start;
      const id = content.ids[index];
      if (index >= 0 && id !== undefined) return { id, title: content.titles[index] ?? "", committed: content.committed[index] ?? 0 };
    }
    return undefined;
  }

  /** Returns a revision's name in addresses: the beginning of its id, or the whole id if the beginning is ambiguous. */
  key(position: number): string {
    const id = this.at(position)?.id ?? "";
    return this.find(id.slice(0, enoughDigits)) === position ? id.slice(0, enoughDigits) : id;
  }

  /** Returns the index of the revision whose id begins with `start`; undefined for none or several. */
  find(start: string): number | undefined {
    if (!isStartOfId(start)) return undefined;
    const found = [...this.#years.values()].flatMap((year) =>
      year.content.ids.flatMap((id, index) => (id.startsWith(start) ? [year.start + index] : [])),
    );
    return found.length === 1 ? found[0] : undefined;
  }
}

function isStartOfId(text: string): boolean {
  return /^[0-9a-f]{4,40}$/.test(text);
}

/** Returns the web address of a revision; undefined if the project has none. */
export function commitAddress({ target }: PageIndex, { id }: { id: string }): string | undefined {
  return target.web === undefined ? undefined : `${target.web.replace(/\/+$/, "")}/commit/${id}`;
}

export function dayText(committed: number): string {
  return dayOf(new Date(committed * 1000).toISOString());
}
