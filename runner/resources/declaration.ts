import * as z from "zod";
import { paths } from "../../config/paths.ts";
import { writeAtomically } from "../system/atomic.ts";
import type { Difference } from "./difference.ts";
import { sorted, type ResourceType } from "./resource-type.ts";
import { readJsonFile } from "../system/json-file.ts";

/** Resource name -> token that its marker must have before the host measures. */
const spec = z.strictObject({ resources: z.record(z.string(), z.string()) });
export type Declaration = z.infer<typeof spec>;

/** The declared state of this host. It is written before any other resource, so that a half-applied host never measures. */
export const declaration: ResourceType<Declaration> = {
  spec,
  async check(wanted) {
    const present = (await readDeclaration())?.resources ?? {};
    const differences: Difference[] = [];
    for (const name of new Set([...Object.keys(present), ...Object.keys(wanted.resources)])) {
      const is = present[name] ?? "not declared";
      const shouldBe = wanted.resources[name] ?? "not declared";
      if (is !== shouldBe) differences.push({ what: `declaration of ${name}`, is, shouldBe });
    }
    return differences;
  },
  async apply(wanted) {
    await writeAtomically(paths.declaration, `${JSON.stringify(sorted(wanted), null, 2)}\n`);
  },
};

/** Returns the declaration; undefined if the file is missing or not in the format that `up` writes. */
export async function readDeclaration(): Promise<Declaration | undefined> {
  return readJsonFile(paths.declaration, spec);
}
