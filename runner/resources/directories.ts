import { mkdir } from "node:fs/promises";
import * as z from "zod";
import { asRoot } from "../system/command.ts";
import { applyAttributes, checkAttributes } from "./attributes.ts";
import type { ResourceType } from "./resource-type.ts";
import { makeReadable, unreadableDifferences } from "./readable.ts";

const spec = z.strictObject({
  /** Parents before children. */
  directories: z.array(z.strictObject({ path: z.string(), owner: z.string(), mode: z.string() })),
  /** Directories of root that every account may read, with everything in them. */
  readable: z.array(z.string()),
});
type Spec = z.infer<typeof spec>;

export const directories: ResourceType<Spec> = {
  spec,
  async check(wanted) {
    const attributes = (await Promise.all(wanted.directories.map(checkAttributes))).flat();
    return [...attributes, ...(await unreadableDifferences(asRoot, wanted.readable))];
  },
  async apply(wanted) {
    for (const directory of wanted.directories) {
      await mkdir(directory.path, { recursive: true });
      await applyAttributes(directory);
    }
    await makeReadable(asRoot, wanted.readable);
  },
};
