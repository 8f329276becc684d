import { putCommand } from "./put.ts";

export const command = putCommand({
  name: "secret",
  summary: "give a host an address or a token that alerts are sent with",
  input: "file",
  extra: { text: "webhook|github|ping", pattern: /^[a-z]+$/ },
  hostCommand: (_, name) => `secret put ${name}`,
});
