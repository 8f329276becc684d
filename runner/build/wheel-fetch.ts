import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Failure } from "../model.ts";
import { inOneLine } from "../plain-text.ts";
import { makeFolder, makeTree } from "../trees.ts";
import type { Indexes } from "./indexes.ts";
import { inSandboxOf, pip, tryPip, type PipContext } from "./pip.ts";
import { isWheelOf, printWheels, readWheels, takeOver } from "./wheels.ts";

/** Path of the wheel in a folder of root's; undefined where there is none. */
export async function wheelIn(folder: string): Promise<string | undefined> {
  const [file] = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".whl") && !name.startsWith("."));
  return file === undefined ? undefined : join(folder, file);
}

/** Brings wheels into folders of root's. */
export class WheelFetch {
  readonly #input: PipContext;
  readonly #indexes: Indexes;
  readonly #folder: string;
  readonly #folderOf: (requirement: string) => string;
  #outs = 0;

  constructor(input: PipContext, indexes: Indexes, folder: string, folderOf: (requirement: string) => string) {
    this.#input = input;
    this.#indexes = indexes;
    this.#folder = folder;
    this.#folderOf = folderOf;
  }

  /** Wheels that an index has ready, in one go: nothing of a package is executed. That one of them is not there is no failure yet. */
  async downloaded(missing: readonly string[]): Promise<undefined> {
    const ofIndexes = missing.filter((requirement) => !requirement.includes(" @ "));
    if (ofIndexes.length === 0) return undefined;
    const out = await this.#newOut();
    const args = ["download", "--quiet", "--only-binary", ":all:", "--no-deps", "--dest", "/out", ...this.#indexes.options, ...ofIndexes];
    await pip(this.#input, args, { out, network: true });
    await this.#keep(ofIndexes, out);
    return undefined;
  }

  /** What is still missing, each built in a sandbox of its own: the build of one package must not leave a wheel for another. */
  async built(missing: readonly string[]): Promise<Failure | undefined> {
    for (const requirement of missing) {
      if ((await wheelIn(this.#folderOf(requirement))) !== undefined) continue;
      const out = await this.#newOut();
      const args = ["wheel", "--no-deps", "--wheel-dir", "/out", ...this.#indexes.options, requirement];
      const failure = await tryPip(this.#input, args, { out, network: true }, this.#indexes);
      if (failure) return failure;
      await this.#keep([requirement], out);
      if ((await wheelIn(this.#folderOf(requirement))) !== undefined) continue;
      return { stage: "dependencies", message: `no wheel of ${inOneLine(requirement)} was made`, output: "" };
    }
    return undefined;
  }

  async #newOut(): Promise<string> {
    const out = join(this.#folder, `fetched-${this.#outs++}`);
    await makeTree(this.#input.steps.account, out);
    return out;
  }

  /** Keeps the wheels that are what was asked for by their own metadata, and no others. */
  async #keep(requirements: readonly string[], out: string): Promise<void> {
    const made = readWheels((await inSandboxOf(this.#input, ["-c", printWheels, "/out"], { out, isOutReadOnly: true })).stdout);
    for (const requirement of requirements) {
      const wheel = made.find((one) => isWheelOf(requirement, one));
      if (!wheel) continue;
      await makeFolder(this.#folderOf(requirement));
      await takeOver(out, this.#folderOf(requirement), wheel.file);
    }
  }
}
