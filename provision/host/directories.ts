import { mkdir } from "node:fs/promises";
import { z } from "zod";
import { applyAttributes, checkAttributes } from "./attributes.ts";
import type { Kind } from "./kind.ts";

const spec = z.strictObject({
  /** Parents before children. */
  directories: z.array(z.strictObject({ path: z.string(), owner: z.string(), mode: z.string() })),
});
type Spec = z.infer<typeof spec>;

export const directories: Kind<Spec> = {
  spec,
  async check(wanted) {
    return (await Promise.all(wanted.directories.map(checkAttributes))).flat();
  },
  async apply(wanted) {
    for (const directory of wanted.directories) {
      await mkdir(directory.path, { recursive: true });
      await applyAttributes(directory);
    }
  },
};
