import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadConfig } from "../../config/load.ts";
import { ssh, sshEnvironment, type Host } from "../../lab/host.ts";
import type { LabServer } from "../../lab/server.ts";
import { environmentOf } from "../../lab/stack.ts";
import { buildBundle } from "../../provision/program/bundle.ts";
import { bundleResource } from "../../provision/program/look.ts";
import { probe } from "../../provision/program/probe.ts";
import { resourcesOf } from "../../provision/program/resources.ts";
import { engineEnvironment } from "../../provision/engine/environment.ts";
import { root } from "../../config/root.ts";
import { commandPlugin, engine } from "../../provision/engine/pulumi-home.ts";
import type { Timed } from "./ours.ts";

/** Parts of a no-op `up`, each run by itself: by name. They overlap in part, and in `up` some run side by side: no sum of them is `up`. */
export async function partsAlone(server: LabServer): Promise<Map<string, Timed>> {
  // Pulumi's SDK changes V8's flags: what is compiled before and after cannot be shared with another way of loading the same modules.
  const compiled = { NODE_COMPILE_CACHE: join(server.stack.folder, "compiled-alone") };
  const environment = { ...(await engineEnvironment(await environmentOf(server.stack))), ...compiled };
  const node = (...args: string[]): Timed => seconds(() => succeed(process.execPath, args, environment));
  const load = (module: string): Timed => node("--input-type=module", "-e", `import ${JSON.stringify(module)}`);
  const bundle = `const { buildBundle } = await import(${JSON.stringify(fileOf("provision/program/bundle.ts"))}); await buildBundle(); process.exit()`;
  return new Map([
    ["Node alone", node("-e", "0")],
    ["the tool: evenkeel.js, which only prints its usage", node(join(root, "evenkeel.js"), "pulumi")],
    ["the same by npm run (in no figure above)", seconds(() => succeed("npm", ["run", "--silent", "pulumi"], environment))],
    ["the engine: pulumi version", seconds(() => succeed(engine, ["version"], environment))],
    ["the program: Node and Pulumi's SDK", load("@pulumi/pulumi")],
    ["the program: Node and provision/program/server.ts", load(fileOf("provision/program/server.ts"))],
    ["the program: Node and the bundle made", node("--input-type=module", "-e", bundle)],
    ["ssh to the host, for `true`", seconds(() => sshTrue(server.host))],
    ["the probe by provision/probe.ts, over ssh", await probing(server)],
    ["the plugin, until it prints its port", seconds(() => untilItPrints(commandPlugin, ["127.0.0.1:1"], environment))],
  ]);
}

function fileOf(path: string): string {
  return pathToFileURL(join(root, path)).href;
}

function seconds(work: () => Promise<void>): Timed {
  return async () => {
    const started = performance.now();
    await work();
    return (performance.now() - started) / 1000;
  };
}

/** 2 is the exit code of a command that printed its usage. */
async function succeed(command: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(command, args, { cwd: root, env: environment, stdio: "ignore" });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0 && code !== 2) throw new Error(`${command} ${args.join(" ")} ended with ${code}`);
}

/** It runs until it is ended. */
async function untilItPrints(command: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(command, args, { cwd: root, env: environment, stdio: ["ignore", "pipe", "ignore"] });
  const ended = once(child, "exit").then(() => Promise.reject(new Error(`${command} ended without a word`)));
  await Promise.race([once(child.stdout, "data"), ended]);
  ended.catch(() => undefined);
  child.kill();
}

async function sshTrue(host: Host): Promise<void> {
  const { exitCode, stderr } = await ssh(host, "true");
  if (exitCode !== 0) throw new Error(stderr);
}

async function probing({ stack }: LabServer): Promise<Timed> {
  // The probe's own ssh finds the lab's agent as an admin's.
  Object.assign(process.env, await sshEnvironment());
  const config = loadConfig(stack.configFile);
  const [host] = config.hosts;
  if (host === undefined) throw new Error(`${stack.configFile} has no host`);
  const bundle = await buildBundle();
  const resources = [bundleResource(bundle), ...resourcesOf(host, config, stack.name, bundle.sha256)];
  return seconds(async () => {
    const state = await probe(host, resources, bundle, false);
    if (state.bare) throw new Error("the probe takes the host for a bare one");
  });
}
