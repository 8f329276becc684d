import type { PageIndex, PageRevisions } from "../runner/report/page/data.ts";
import { loadRevisions } from "./load.ts";

export interface Revision {
  id: string;
  title: string;
  /** Seconds since 1970. */
  committed: number;
}

/** The history as far as it was loaded, by place. */
export class History {
  readonly #index: PageIndex;
  readonly #years = new Map<number, { start: number; content: PageRevisions }>();

  constructor(index: PageIndex) {
    this.#index = index;
  }

  /** Have the revisions of these years. */
  async load(years: readonly number[]): Promise<void> {
    await Promise.all(years.map(async (year) => this.#years.set(year, { start: this.start(year), content: await loadRevisions(year) })));
  }

  /** Place of a year's first revision. */
  start(year: number): number {
    return this.#index.years.filter(([one]) => one < year).reduce((sum, [, count]) => sum + count, 0);
  }

  at(position: number): Revision | undefined {
    for (const { start, content } of this.#years.values()) {
      const place = position - start;
      const id = content.ids[place];
      if (place >= 0 && id !== undefined) return { id, title: content.titles[place] ?? "", committed: content.committed[place] ?? 0 };
    }
    return undefined;
  }

  /** What a revision is called in addresses: the beginning of its id, the whole where that is another's too. */
  key(position: number): string {
    const id = this.at(position)?.id ?? "";
    return this.find(id.slice(0, 12)) === position ? id.slice(0, 12) : id;
  }

  /** Place of the revision whose id begins so; undefined where none or several do. */
  find(start: string): number | undefined {
    if (!/^[0-9a-f]{4,40}$/.test(start)) return undefined;
    const found = [...this.#years.values()].flatMap((year) =>
      year.content.ids.flatMap((id, place) => (id.startsWith(start) ? [year.start + place] : [])),
    );
    return found.length === 1 ? found[0] : undefined;
  }
}

/** Where a revision can be looked at; undefined where the project has no web address. */
export function commitAddress({ target }: PageIndex, { id }: { id: string }): string | undefined {
  return target.web === undefined ? undefined : `${target.web.replace(/\/+$/, "")}/commit/${id}`;
}

export function dayText(committed: number): string {
  return new Date(committed * 1000).toISOString().slice(0, 10);
}
