import { installCommandPlugin } from "./install-command-plugin.ts";
import { installEngine } from "./install-engine.ts";
import { commandLine } from "../../config/command-line.ts";

/** Installs Pulumi and its command plugin into ~/.pulumi; `tools/setup.js` brings the dependencies of a checkout before. Returns the exit code. */
export async function setUp(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(`usage: ${commandLine("setup")}

Install Pulumi and its command plugin into ~/.pulumi. Repeating it is harmless.
Exit codes: 0 done, 1 failed.`);
    return 0;
  }
  await installEngine();
  await installCommandPlugin();
  return 0;
}
