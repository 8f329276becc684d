import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { sshEnvironment } from "./host.ts";

const root = join(import.meta.dirname, "..");

export interface EngineResult {
  exitCode: number;
  /** Empty unless quiet. */
  output: string;
}

/** A command of Pulumi's (`up`, `stack rm`, …) as `npm run pulumi` starts it, logged in to hosts by the lab's agent. Never throws for what Pulumi does. */
export async function runEngine(args: readonly string[], options: { quiet?: boolean } = {}): Promise<EngineResult> {
  const child = spawn(process.execPath, [join(root, "evenkeel.js"), "pulumi", ...args], {
    cwd: root,
    env: await sshEnvironment(),
    stdio: options.quiet ? ["ignore", "pipe", "inherit"] : "inherit",
  });
  const exited = new Promise<number>((resolve, reject) => child.on("error", reject).on("close", (code) => resolve(code ?? 1)));
  const output = child.stdout ? await text(child.stdout) : "";
  return { exitCode: await exited, output };
}
