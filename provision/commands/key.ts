import { putCommand } from "./put.ts";

export const command = putCommand({
  name: "key",
  summary: "use an existing private key as the deploy key of a host",
  input: "private-key",
  hostCommand: ({ user }) => `key put --account ${user}`,
});
