import { endWithParent } from "./parent.ts";
import { serve } from "./service.ts";

/** Interval at which the official plugin looks whether its engine still lives. */
const lookMilliseconds = 300_000;

const args = process.argv.slice(2);
// The engine's address is the only argument that is neither an option nor an option's value.
const engine = args.find((arg, index) => !arg.startsWith("-") && args[index - 1] !== "--tracing") ?? "";

void start();

async function start(): Promise<void> {
  const { port } = await serve({ engine, agentSocketPath: process.env["SSH_AUTH_SOCK"] || undefined });
  endWithParent(lookMilliseconds);
  // The engine reads the port from the first line.
  console.log(String(port));
}
