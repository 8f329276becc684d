import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Failure } from "../model.ts";
import { inOneLine } from "../text/plain-text.ts";
import { makeFolder, makeTree } from "../system/trees.ts";
import type { Indexes } from "./indexes.ts";
import { inSandboxOf, pip, tryPip, type PipContext } from "./pip.ts";
import { isWheelOf, printWheels, readWheels, takeOver } from "./wheels.ts";

/** Returns the path of the wheel in a folder of root; undefined without one. */
export async function wheelIn(folder: string): Promise<string | undefined> {
  const [file] = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".whl") && !name.startsWith("."));
  return file === undefined ? undefined : join(folder, file);
}

/** Returns true for `name @ url`. */
export function isDirect(requirement: string): boolean {
  return requirement.includes(" @ ");
}

/** Sources of wheels, and the folders of root for them. */
export interface FetchPlan {
  indexes: Indexes;
  /** URLs of further web servers. */
  addresses: readonly string[];
  /** Folder of this installation. */
  folder: string;
  folderOf: (requirement: string) => string;
  /** Copy of the checkout in which its packages are built. */
  copy: string | undefined;
}

/** Fetches wheels into folders of root. */
export class WheelFetch {
  /** Requirement -> hash of the wheel's files, for direct references. */
  readonly contents = new Map<string, string>();
  readonly #input: PipContext;
  readonly #plan: FetchPlan;
  #outs = 0;

  constructor(input: PipContext, plan: FetchPlan) {
    this.#input = input;
    this.#plan = plan;
  }

  /** Downloads the wheels that an index has, with one command that executes no package. Missing ones are not a failure yet. */
  async downloaded(missing: readonly string[]): Promise<undefined> {
    const ofIndexes = missing.filter((requirement) => !isDirect(requirement));
    if (ofIndexes.length === 0) return undefined;
    const out = await this.#newOut();
    const args = [
      "download",
      "--quiet",
      "--only-binary",
      ":all:",
      "--no-deps",
      "--dest",
      "/out",
      ...this.#plan.indexes.options,
      ...ofIndexes,
    ];
    await pip(this.#input, args, { out, network: true });
    await this.#keep(ofIndexes, out);
    return undefined;
  }

  /** Builds the missing wheels, each in a separate sandbox, so that the build of one package cannot leave a wheel for another. */
  async built(missing: readonly string[]): Promise<Failure | undefined> {
    for (const requirement of missing) {
      if ((await wheelIn(this.#plan.folderOf(requirement))) !== undefined) continue;
      const out = await this.#newOut();
      const args = ["wheel", "--no-deps", "--wheel-dir", "/out", ...this.#plan.indexes.options, requirement];
      const { indexes, addresses } = this.#plan;
      const copy = isDirect(requirement) ? this.#plan.copy : undefined;
      const servers = { ...indexes, addresses: [...indexes.addresses, ...addresses] };
      const failure = await tryPip(this.#input, args, { out, copy }, servers);
      if (failure) return failure;
      await this.#keep([requirement], out);
      if ((await wheelIn(this.#plan.folderOf(requirement))) !== undefined) continue;
      return { stage: "dependencies", message: `building ${inOneLine(requirement)} produced no wheel`, output: "" };
    }
    return undefined;
  }

  async #newOut(): Promise<string> {
    const out = join(this.#plan.folder, `fetched-${this.#outs++}`);
    await makeTree(this.#input.steps.account, out);
    return out;
  }

  /** Stores the wheels whose metadata match the requirements, and no others. */
  async #keep(requirements: readonly string[], out: string): Promise<void> {
    const options = requirements.some(isDirect) ? ["contents"] : [];
    const made = readWheels((await inSandboxOf(this.#input, ["-c", printWheels, "/out", ...options], { out, isOutReadOnly: true })).stdout);
    for (const requirement of requirements) {
      const wheel = made.find((one) => isWheelOf(requirement, one));
      if (!wheel) continue;
      if (isDirect(requirement)) {
        if (wheel.contents === undefined) continue;
        this.contents.set(requirement, wheel.contents);
      }
      await makeFolder(this.#plan.folderOf(requirement));
      await takeOver(out, this.#plan.folderOf(requirement), wheel.file);
    }
  }
}
