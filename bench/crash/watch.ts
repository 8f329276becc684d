import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { paths } from "../../config/paths.ts";
import { gitIn } from "../../lab/git.ts";
import type { Inside, InsideProcess } from "../../lab/inside.ts";
import { samplesSchema } from "../../runner/formats/session.ts";
import { parseJournal, type JournalContents } from "../../runner/store/journal-contents.ts";
import { stageOf, type Stage } from "./stage.ts";

/** Consecutive samples that were reported as finished. */
export interface FinishedBlock {
  session: string;
  benchmark: string;
  variant: string;
  /** Index of its first sample. */
  first: number;
  /** Seconds. */
  samples: number[];
}

/** What a run looks like from outside at one moment. */
export interface Moment {
  stage: Stage;
  /** Every block that the disk holds and the results remote does not. */
  blocks: FinishedBlock[];
}

const resultsRemote = "/home/git/results.git";
const progressSchema = z.looseObject({ pid: z.number(), phase: z.string(), subject: z.string() });
/** How a session that is stored already is cut: the journal's blocks are of this size too, or smaller. */
const blockSize = 5;

/** Looks at a runner through the host's processes and disk. */
export class Watch {
  readonly #inside: Inside;
  #published: { tip: string; files: Set<string> } = { tip: "", files: new Set() };

  constructor(inside: Inside) {
    this.#inside = inside;
  }

  /** @param begun when the runner was started, in milliseconds since 1970. */
  async look(runner: InsideProcess, begun: number): Promise<Moment> {
    const journals = this.#journals();
    const pending = await this.#pending();
    const stage = stageOf({
      commands: this.#inside.descendants(runner.pid).map(({ command }) => command),
      phase: this.#phase(runner),
      fetchBegun: this.#modified(join(paths.target, ".git/FETCH_HEAD")) > begun,
      journals,
      pending: pending.length,
      adopted: this.#text(join(paths.results, ".git/refs/heads/main")) === this.#text(join(resultsRemote, "refs/heads/main")),
    });
    return { stage, blocks: [...journals.flatMap(blocksOf), ...this.#stored(pending)] };
  }

  /** Revisions that have a stored session, their first twelve digits. */
  measuredRevisions(): Set<string> {
    return new Set(this.#resultFiles().flatMap((path) => /-([0-9a-f]{12})-[0-9a-f]{8}-[\w-]+\.json$/.exec(path)?.[1] ?? []));
  }

  #journals(): JournalContents[] {
    return this.#names(paths.journal).flatMap((name) => {
      if (!name.endsWith(".jsonl")) return [];
      const path = join(paths.journal, name);
      try {
        const read = parseJournal(path, readFileSync(this.#inside.path(path)));
        return read.kind === "contents" ? [read.contents] : [];
      } catch {
        // It was removed meanwhile.
        return [];
      }
    });
  }

  #phase(runner: InsideProcess): string | undefined {
    const text = this.#text(paths.progress);
    const progress = text === "" ? undefined : progressSchema.parse(JSON.parse(text));
    if (progress?.pid !== runner.inner) return undefined;
    return progress.phase === "publish" && progress.subject === "reports" ? "reports" : progress.phase;
  }

  #modified(path: string): number {
    return statSync(this.#inside.path(path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }

  async #pending(): Promise<string[]> {
    const tip = this.#text(join(resultsRemote, "refs/heads/main")).trim();
    if (tip !== this.#published.tip) {
      const list = await gitIn(this.#inside.pathOnDisk(resultsRemote))`git -c safe.directory=* ls-tree -r --name-only ${tip} -- runs`;
      this.#published = { tip, files: new Set(list.stdout.split("\n")) };
    }
    return this.#resultFiles().filter((path) => !this.#published.files.has(path));
  }

  #stored(pending: readonly string[]): FinishedBlock[] {
    return pending
      .filter((path) => path.endsWith(".samples.json"))
      .flatMap((path) => {
        const { id, samples } = samplesSchema.parse(JSON.parse(this.#text(join(paths.results, path))));
        return Object.entries(samples).flatMap(([benchmark, variants]) =>
          Object.entries(variants).flatMap(([variant, taken]) =>
            inBlocks(taken).map((block) => ({ session: id, benchmark, variant, ...block })),
          ),
        );
      });
  }

  /** Paths below the results' clone. */
  #resultFiles(): string[] {
    return this.#names("/srv/results/runs").flatMap((year) =>
      this.#names(`/srv/results/runs/${year}`).flatMap((month) =>
        this.#names(`/srv/results/runs/${year}/${month}`).flatMap((name) =>
          name.startsWith(".") ? [] : [`runs/${year}/${month}/${name}`],
        ),
      ),
    );
  }

  #names(folder: string): string[] {
    try {
      return readdirSync(this.#inside.path(folder));
    } catch {
      return [];
    }
  }

  #text(path: string): string {
    try {
      return readFileSync(this.#inside.path(path), "utf8");
    } catch {
      return "";
    }
  }
}

function blocksOf({ header, blocks }: JournalContents): FinishedBlock[] {
  const taken = new Map<string, number>();
  return blocks.map(({ benchmark, variant, samples }) => {
    const key = `${benchmark} ${variant}`;
    const first = taken.get(key) ?? 0;
    taken.set(key, first + samples.length);
    return { session: header.id, benchmark, variant, first, samples };
  });
}

function inBlocks(samples: readonly number[]): { first: number; samples: number[] }[] {
  return Array.from({ length: Math.ceil(samples.length / blockSize) }, (_, block) => ({
    first: block * blockSize,
    samples: samples.slice(block * blockSize, (block + 1) * blockSize),
  }));
}
