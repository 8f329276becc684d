import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { withClient } from "./client.ts";
import { difference } from "./diff.ts";
import { copyFailures, copyKeys, readCopy } from "./inputs.ts";
import type { Failure } from "./inputs.ts";
import type { ResourceType, Surroundings } from "./resource-type.ts";
import { upload } from "./upload.ts";
import { comparable, hasUnknown, isArchive, reveal, revealAll, sourceOf } from "./wire.ts";
import type { Properties } from "./wire.ts";

/** command:remote:CopyToRemote: copies a file or a text to a host over SFTP. */
export const copyToRemote: ResourceType = {
  check(inputs) {
    const revealed = revealAll(inputs);
    if (hasUnknown(revealed)) return { inputs, failures: [] };
    return { inputs, failures: [...copyFailures(revealed), ...sourceFailures(revealed)] };
  },

  diff: (state, inputs) => difference(copyKeys, state, inputs),

  async create(_name, inputs, surroundings) {
    await copy(inputs, surroundings);
    return { id: randomBytes(4).toString("hex"), state: inputs };
  },

  async update(state, inputs, surroundings) {
    if (!sameCopy(state, inputs)) await copy(inputs, surroundings);
    return inputs;
  },

  // Copied files stay on the host.
  async delete() {},
};

function sourceFailures({ source }: Properties): Failure[] {
  if (source === undefined) return [];
  if (isArchive(source)) {
    return [{ property: "source", reason: "this stand-in for the command plugin copies single files only, not archives" }];
  }
  if (sourceOf(source).from !== "elsewhere") return [];
  return [{ property: "asset", reason: "asset must be a path-based file asset or a text asset" }];
}

/** Returns whether content and path are the same. Another connection alone copies nothing. */
function sameCopy(state: Properties, inputs: Properties): boolean {
  return ["source", "remotePath"].every((key) =>
    isDeepStrictEqual(comparable(reveal(state[key] ?? null)), comparable(reveal(inputs[key] ?? null))),
  );
}

async function copy(properties: Properties, surroundings: Surroundings): Promise<void> {
  const revealed = revealAll(properties);
  const { connection, remotePath } = readCopy(revealed);
  await withClient(connection, surroundings, (client) => upload(client, sourceOf(revealed["source"]), remotePath));
}
