import { paths } from "../../config/paths.ts";
import { writeAtomically } from "../system/atomic.ts";
import { inOneLine } from "../text/plain-text.ts";
import { failed, isSame, problemsSchema, type Attempt, type Problem, type ProblemKind, type Problems, type Reason } from "./problems.ts";
import { readJsonFile } from "../system/json-file.ts";

/** Lasting problems of this host, in a file. Only the holder of the host's lock writes it. */
export class ProblemLog {
  readonly #path: string;
  /** Attempts that failed in this process and have not succeeded since. */
  #failing: Problem[] = [];

  constructor(path: string = paths.problems) {
    this.#path = path;
  }

  /** Returns all known problems; none if the file is missing or damaged. */
  async read(): Promise<Problems> {
    return (await readJsonFile(this.#path, problemsSchema)) ?? { open: [] };
  }

  /** Records the end of an attempt. Returns the problem if it failed. */
  async note(attempt: Attempt, failure: Reason | undefined): Promise<Problem | undefined> {
    const known = await this.read();
    this.#failing = this.#failing.filter((one) => !isSame(one, attempt));
    if (!failure) {
      const open = known.open.filter((one) => !isSame(one, attempt));
      if (open.length < known.open.length) await this.#write({ ...known, open });
      return undefined;
    }
    const { hint, setup } = failure;
    const reason: Reason = {
      reason: inOneLine(failure.reason),
      ...(hint !== undefined && { hint: inOneLine(hint) }),
      ...(setup !== undefined && { setup }),
    };
    const open = failed(known.open, attempt, reason, new Date().toISOString());
    await this.#write({ ...known, open });
    const problem = open.find((one) => isSame(one, attempt));
    if (problem) this.#failing.push(problem);
    return problem;
  }

  /** Records that an item was measured. */
  async measured(about: string): Promise<void> {
    const known = await this.read();
    const open = known.open.filter((one) => !isSame(one, { kind: "measure", about }));
    await this.#write({ open, lastMeasured: new Date().toISOString() });
  }

  /** Removes the problems of a kind that are about anything else than these. */
  async keepOnly(kind: ProblemKind, abouts: readonly string[]): Promise<void> {
    const known = await this.read();
    const open = known.open.filter((one) => one.kind !== kind || abouts.includes(one.about));
    if (open.length < known.open.length) await this.#write({ ...known, open });
  }

  /** Returns the attempts that failed in this process and have not succeeded since. */
  failing(...kinds: ProblemKind[]): Problem[] {
    return this.#failing.filter(({ kind }) => kinds.includes(kind));
  }

  // Problems are not results: a full disk is reported by the work that it stops.
  async #write(problems: Problems): Promise<void> {
    await writeAtomically(this.#path, `${JSON.stringify(problems)}\n`).catch(() => undefined);
  }
}
