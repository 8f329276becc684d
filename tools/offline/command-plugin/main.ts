import { serve } from "./service.ts";

const args = process.argv.slice(2);
// The engine's address is the only argument that is neither an option nor an option's value.
const engine = args.find((arg, index) => !arg.startsWith("-") && args[index - 1] !== "--tracing") ?? "";

void start();

async function start(): Promise<void> {
  const { port } = await serve({ engine, agentSocketPath: process.env["SSH_AUTH_SOCK"] || undefined });
  // The engine reads the port from the first line.
  console.log(String(port));
}
