import { constants } from "node:fs";
import { mkdir, open, readFile, readdir, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFolder } from "../system/atomic.ts";
import { sixDigits } from "./canonical.ts";
import { naming } from "./disk-full.ts";
import { parseJournal, type JournalContents } from "./journal-contents.ts";
import {
  completeLines,
  headerSchema,
  lineSchema,
  mostSamples,
  type Block,
  type ChosenSamples,
  type FailedVariant,
  type JournalHeader,
  type Line,
  type Planned,
} from "./journal-lines.ts";

/** Bytes reserved in advance for lines and for the end, so that a full disk shows before the measurement. */
const bytesPerBlock = 400;
const bytesPerChoice = 100;
const bytesOfEnd = 4096;
const smallestBlock = 5;

/**
 * Record of a running session: one line for each block, synced to the disk before the next block starts. A kill loses at most the
 * current block.
 */
export class Journal {
  readonly path: string;
  readonly #file: FileHandle;
  #position: number;

  private constructor(path: string, file: FileHandle, position: number) {
    this.path = path;
    this.#file = file;
    this.#position = position;
  }

  /** Starts a session's journal in a folder. @throws UserError if the disk is full. */
  static async create(folder: string, header: JournalHeader): Promise<Journal> {
    const path = join(folder, `${header.id}.jsonl`);
    const text = `${JSON.stringify(headerSchema.parse(header))}\n`;
    return naming(path, async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
      try {
        const journal = new Journal(path, file, 0);
        await journal.#write(text);
        await journal.#allocate(header.plan);
        await syncFolder(folder);
        return journal;
      } catch (error) {
        await file.close();
        await rm(path, { force: true });
        throw error;
      }
    });
  }

  /** Resumes a journal: truncates it after its last complete line. */
  static async resume(contents: JournalContents): Promise<Journal> {
    const { path, header } = contents;
    return naming(path, async () => {
      const { bytes } = completeLines(await readFile(path));
      const file = await open(path, constants.O_RDWR);
      try {
        await file.truncate(bytes);
        const journal = new Journal(path, file, bytes);
        await journal.#allocate(header.plan);
        return journal;
      } catch (error) {
        await file.close();
        throw error;
      }
    });
  }

  async block(block: Block): Promise<void> {
    await this.#append({ line: "block", ...block, samples: block.samples.map(sixDigits), wallSeconds: sixDigits(block.wallSeconds) });
  }

  async failed(failed: FailedVariant, at: string): Promise<void> {
    await this.#append({ line: "failed", ...failed, at });
  }

  /** Appends the numbers of samples chosen after the pilots. */
  async chosen(chosen: ChosenSamples[], at: string): Promise<void> {
    await this.#append({ line: "chosen", chosen, at });
  }

  /** Appends that the whole plan is done. */
  async finish(at: string): Promise<void> {
    await this.#append({ line: "finished", at });
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Appends a line. @throws UserError if the disk is full, with the journal unchanged; ZodError for an invalid line. */
  async #append(line: Line): Promise<void> {
    const text = `${JSON.stringify(lineSchema.parse(line))}\n`;
    await naming(this.path, () => this.#write(text));
  }

  async #write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    await writeAll(this.#file, bytes, this.#position);
    await this.#file.datasync();
    this.#position += bytes.length;
  }

  /**
   * Reserves space by writing zeros, since Node has no fallocate. It is only a few pages. Later writes cannot run out of space, and later
   * syncs write no metadata.
   */
  async #allocate(plan: readonly Planned[]): Promise<void> {
    const samples = plan.map((planned) => (planned.undecided ? mostSamples : planned.samples));
    const blocks = samples.reduce((sum, count) => sum + Math.ceil(count / smallestBlock), 0);
    const undecided = plan.filter((planned) => planned.undecided).length;
    const bytes = blocks * bytesPerBlock + undecided * bytesPerChoice + bytesOfEnd;
    await writeAll(this.#file, Buffer.alloc(bytes), this.#position);
    await this.#file.sync();
  }
}

/** Returns the names of the journals in a folder, oldest first, including a running session's. */
export async function journalNames(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".jsonl")).sort();
}

const damagedSuffix = ".damaged";

/** Returns the damaged journals that were moved aside, oldest first. */
export async function damagedJournals(folder: string): Promise<{ path: string; problem: string }[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(damagedSuffix)).sort();
  return names.map((name) => ({
    path: join(folder, name),
    problem: "damaged journal: its samples are not stored; inspect it, then delete it",
  }));
}

/**
 * Reads the journals that killed runs left in a folder, oldest first. Requires the host's lock, because it cleans up: a journal without a
 * complete header is removed; one with an invalid line before its last is moved to `<name>.damaged` and returned as damaged.
 */
export async function readJournals(folder: string): Promise<{ journals: JournalContents[]; damaged: { path: string; problem: string }[] }> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await journalNames(folder);
  const journals: JournalContents[] = [];
  const damaged: { path: string; problem: string }[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const read = parseJournal(path, await readFile(path));
    if (read.kind === "contents") journals.push(read.contents);
    if (read.kind === "empty") await removeJournal(path);
    if (read.kind === "damaged") {
      await rename(path, path + damagedSuffix);
      await syncFolder(folder);
      damaged.push({ path: path + damagedSuffix, problem: read.problem });
    }
  }
  return { journals, damaged };
}

/** Reads one journal that must be complete. @throws Error if it is empty or damaged. */
export async function readJournal(path: string): Promise<JournalContents> {
  const read = parseJournal(path, await readFile(path));
  if (read.kind !== "contents") throw new Error(`${path} is ${read.kind}`);
  return read.contents;
}

/** Removes a journal after its session was stored. */
export async function removeJournal(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncFolder(dirname(path));
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
