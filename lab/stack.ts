import { spawn, type ChildProcessByStdio } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { engineEnvironment } from "../provision/engine/environment.ts";
import { root } from "../config/root.ts";
import { engine } from "../provision/engine/pulumi-home.ts";
import { serve } from "../tools/offline/command-plugin/service.ts";
import { recordStep } from "./costs.ts";
import { sshEnvironment } from "./host.ts";

/** A stack of this project's program with state, settings and configuration in one folder: nothing is written to the checkout. */
export interface Stack {
  name: string;
  folder: string;
  /** The configuration the program reads. */
  configFile: string;
}

/** What one run of Pulumi's engine did. */
export interface EngineRun {
  exitCode: number;
  /** stdout and stderr as they came, without colours. */
  output: string;
  seconds: number;
}

export interface RunningEngine {
  /** What it has printed so far. */
  output: () => string;
  interrupt: () => void;
  /** End the engine at once, whatever it is doing. */
  kill: () => void;
  done: Promise<EngineRun>;
}

/** The place of a stack in a folder, which may be empty. */
export function stackIn(folder: string, name: string): Stack {
  return { name, folder, configFile: join(folder, "config.yaml") };
}

/** The stack of that name in a folder, made if need be. Repeating it is harmless. */
export async function openStack(name: string, folder: string): Promise<Stack> {
  const stack = stackIn(folder, name);
  await mkdir(join(folder, "state"), { recursive: true, mode: 0o700 });
  const project = await readFile(join(root, "Pulumi.yaml"), "utf8");
  await writeFile(join(folder, "Pulumi.yaml"), project.replace(/^main: /m, `main: ${root}/`));
  if (existsSync(join(folder, `Pulumi.${name}.yaml`))) return stack;
  await mustRun(stack, ["stack", "init", name]);
  // What `pulumi config set` would write, without starting the engine once more.
  await appendFile(join(folder, `Pulumi.${name}.yaml`), `config:\n  evenkeel:config: ${stack.configFile}\n`);
  return stack;
}

/**
 * Runs Pulumi on a stack to its end, logged in to hosts by the lab's agent. The stand-in for the command plugin runs in this process: starting
 * the installed plugin takes an eighth of a run without changes. Never throws for what Pulumi does.
 */
export async function pulumi(stack: Stack, args: readonly string[]): Promise<EngineRun> {
  const environment = await environmentOf(stack);
  const plugin = await serve({ agentSocketPath: environment["SSH_AUTH_SOCK"] });
  try {
    return await (
      await startEngine(stack, args, { ...environment, PULUMI_DEBUG_PROVIDERS: `command:${plugin.port}` })
    ).done;
  } finally {
    plugin.close();
  }
}

/** The same for a run that has to succeed. */
export async function mustRun(stack: Stack, args: readonly string[]): Promise<EngineRun> {
  const run = await pulumi(stack, args);
  if (run.exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${run.exitCode}:\n${run.output}`);
  return run;
}

/** The same with the installed plugin, for a run that is watched, interrupted or killed. */
export async function startPulumi(stack: Stack, args: readonly string[]): Promise<RunningEngine> {
  return startEngine(stack, args, await environmentOf(stack));
}

async function startEngine({ folder }: Stack, args: readonly string[], given: NodeJS.ProcessEnv): Promise<RunningEngine> {
  const environment = await engineEnvironment(given);
  return watch(spawn(engine, [...args, "--non-interactive", "--color", "never"], { cwd: folder, env: environment, stdio }));
}

/**
 * `npm run plan`, or another command of this project, on a stack.
 * @param changes of its environment.
 */
export async function startTool(
  stack: Stack,
  name: "plan" | "apply" | "up" | "preview",
  args: readonly string[],
  changes: Record<string, string> = {},
): Promise<RunningEngine> {
  const environment = { ...(await environmentOf(stack)), ...changes };
  return watch(spawn(process.execPath, [join(root, "evenkeel.js"), name, ...args], { cwd: root, env: environment, stdio }));
}

const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];

/** State and settings in the stack's own folder; logins by the lab's agent. */
export async function environmentOf(stack: Stack): Promise<NodeJS.ProcessEnv> {
  const state = pathToFileURL(join(stack.folder, "state")).href;
  return {
    ...(await sshEnvironment()),
    PULUMI_BACKEND_URL: state,
    PULUMI_CONFIG_PASSPHRASE: "lab",
    EVENKEEL_PROJECT: stack.folder,
    NODE_COMPILE_CACHE: join(root, ".evenkeel/compiled"),
  };
}

function watch(child: ChildProcessByStdio<null, Readable, Readable>): RunningEngine {
  const running = watchOutput(child);
  return { ...running, done: recordStep("provisioning", () => running.done) };
}

function watchOutput(child: ChildProcessByStdio<null, Readable, Readable>): RunningEngine {
  const started = performance.now();
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const done = new Promise<EngineRun>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? 1, output, seconds: (performance.now() - started) / 1000 }));
  });
  return { output: () => output, interrupt: () => child.kill("SIGINT"), kill: () => child.kill("SIGKILL"), done };
}
