import { putCommand } from "./put.ts";

export const command = putCommand({
  name: "key",
  summary: "make an existing private key the deploy key of a host",
  input: "private-key",
  hostCommand: ({ user }) => `key put --account ${user}`,
});
