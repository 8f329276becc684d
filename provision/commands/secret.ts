import { putCommand } from "./put.ts";

export const command = putCommand({
  name: "secret",
  summary: "store a URL or a token for alerts on a host",
  input: "file",
  extra: { text: "webhook|github|ping", pattern: /^[a-z]+$/ },
  hostCommand: (_, name) => `secret put ${name}`,
});
