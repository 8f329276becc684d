import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump } from "js-yaml";
import { expect } from "vitest";
import { labPaths } from "../../../lab/cache.ts";
import { commitAll, gitIn } from "../../../lab/git.ts";
import { knownHostsLine, removeHost, ssh, sshEnvironment, sshOk, upHost, type Host, type SshResult } from "../../../lab/host.ts";
import type { Release } from "../../../lab/image.ts";
import type { Layers } from "../../../lab/layers.ts";
import { authorizeKey, createRepository, pushFolder, serveGit } from "../../../lab/remote.ts";
import { withQuickNode } from "../../../lab/recipes.ts";
import { snapshot } from "../../../lab/snapshot.ts";
import { mustRun, openStack, pulumi, startPulumi, startTool, type EngineRun, type RunningEngine, type Stack } from "../../../lab/stack.ts";
import { root } from "../../../config/root.ts";

export interface Settings {
  name: string;
  release: Release;
  /** Login of the configuration. */
  user: "root" | "admin" | "ubuntu";
  python: string;
  /** True if every package is installed already, and Node is the checkout's, for tests whose subject is not provisioning. */
  isEquipped?: boolean;
  /** Serves the repositories, made by `makeRepositories`; the host itself where not given. */
  gitServer?: Host;
}

/** Settings of the configuration that a test changes; the others stay as they are. */
export interface Changes {
  host?: Record<string, unknown>;
  /** Hosts besides this one, as entries of the configuration. */
  others?: Record<string, unknown>[];
  packages?: string[];
  requirements?: string[];
  /** Settings of `python` besides its requirements. */
  python?: Record<string, unknown>;
  /** Settings of the one benchmark. */
  benchmark?: Record<string, unknown>;
  git?: Record<string, unknown>;
  measure?: Record<string, unknown>;
  schedule?: Record<string, unknown>;
  environment?: Record<string, unknown>;
  target?: Record<string, unknown>;
  os?: Record<string, unknown>;
  upgrade?: Record<string, unknown>;
}

/** A script of package.json. */
type Command = "plan" | "apply" | "up" | "preview";
type Verb = "up" | "preview" | "destroy";

/** The 29th of February, every four years: the tests start the runner themselves. */
const cron = "0 0 29 2 *";

/** A bare host, git repositories for it, and a stack of Pulumi's that provisions it. */
export class ProvisionedHost {
  readonly host: Host;
  /** All that Pulumi wrote: state, saved plans; and the configuration. */
  readonly folder: string;
  /** Every output of the engine since the beginning. */
  readonly outputs: string[] = [];
  readonly #settings: Settings;
  readonly #gitServer: Host;
  readonly #stack: Stack;

  constructor(host: Host, stack: Stack, settings: Settings) {
    this.host = host;
    this.folder = stack.folder;
    this.#stack = stack;
    this.#settings = settings;
    this.#gitServer = settings.gitServer ?? host;
  }

  /** A new host under that name, and a new stack. */
  static async make(settings: Settings): Promise<ProvisionedHost> {
    const host = await upHost({ name: settings.name, fresh: true, ...(await startOf(settings)) });
    const folder = await mkdtemp(join(tmpdir(), "evenkeel-provision-"));
    const made = new ProvisionedHost(host, await openStack(settings.name, folder), settings);
    if (settings.gitServer === undefined) await makeRepositories(host, folder);
    await made.configure();
    return made;
  }

  /** The same server on another machine: its name, its configuration and its stack, with another address and an empty disk. */
  async replacedBy(machine: string): Promise<ProvisionedHost> {
    const host = await upHost({ name: machine, fresh: true, ...(await startOf(this.#settings)) });
    const replaced = new ProvisionedHost(host, this.#stack, this.#settings);
    await replaced.configure();
    return replaced;
  }

  async remove(): Promise<void> {
    await removeHost(this.host.name);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Write the configuration anew, with these changes. */
  async configure(changes: Changes = {}): Promise<void> {
    const { host, name } = { host: this.host, name: this.#settings.name };
    const url = (repository: string) => `ssh://git@${this.#gitServer.address}:${this.#gitServer.port}/home/git/${repository}.git`;
    const settings = {
      hosts: [{ ...entryOf(host, this.#settings.user), name, ...changes.host }, ...(changes.others ?? [])],
      packages: changes.packages ?? ["tcc", "libc6-dev"],
      git: { name: "Lab", email: "lab@evenkeel.invalid", knownHosts: [knownHostsLine(this.#gitServer)], ...changes.git },
      python: { version: this.#settings.python, requirements: changes.requirements ?? ["six==1.17.0"], ...changes.python },
      target: { name: "sample", repository: url("target"), since: "v1", submodules: [url("part")], ...changes.target },
      suite: { adapter: "command", benchmarks: [{ name: "read", run: "cat seconds", baseline: "echo 0.00005", ...changes.benchmark }] },
      results: { repository: url("results") },
      measure: { compiler: "tcc", samples: 5, ...changes.measure },
      schedule: { cron, ...changes.schedule },
      ...(changes.environment && { environment: changes.environment }),
      ...(changes.os && { os: changes.os }),
      ...(changes.upgrade && { upgrade: changes.upgrade }),
    };
    await writeFile(this.#stack.configFile, dump(settings));
  }

  /** Run the engine on this host's stack to its end. */
  async pulumi(verb: Verb, ...options: string[]): Promise<EngineRun> {
    const run = await pulumi(this.#stack, this.#argumentsOf(verb, options));
    this.outputs.push(run.output);
    return run;
  }

  /** The same for a run that has to succeed. */
  async succeeds(verb: Verb, ...options: string[]): Promise<EngineRun> {
    const run = await this.pulumi(verb, ...options);
    if (run.exitCode !== 0) throw new Error(`pulumi ${verb} ended with ${run.exitCode}:\n${run.output}`);
    return run;
  }

  async startPulumi(verb: Verb, ...options: string[]): Promise<RunningEngine> {
    const running = await startPulumi(this.#stack, this.#argumentsOf(verb, options));
    const done = running.done.finally(() => this.outputs.push(running.output()));
    return { ...running, done };
  }

  #argumentsOf(verb: Verb, options: readonly string[]): string[] {
    // What the preview of an up says is tested by itself.
    const yes = verb === "preview" ? [] : ["--yes", "--skip-preview"];
    return [verb, "--stack", this.#settings.name, ...yes, ...options];
  }

  /** `npm run plan`, `apply`, `up` or `preview` on this host's stack, to its end. @param changes of its environment. */
  async tool(name: Command, options: readonly string[] = [], changes: Record<string, string> = {}): Promise<EngineRun> {
    return (await this.startTool(name, options, changes)).done;
  }

  async startTool(name: Command, options: readonly string[] = [], changes: Record<string, string> = {}): Promise<RunningEngine> {
    const running = await startTool(this.#stack, name, [this.#stack.configFile, "--stack", this.#settings.name, ...options], changes);
    const done = running.done.finally(() => this.outputs.push(running.output()));
    return { ...running, done };
  }

  /** Give up the lock on the stack that an engine left which was ended at once. */
  async cancel(): Promise<void> {
    await mustRun(this.#stack, ["cancel", "--stack", this.#settings.name, "--yes"]);
  }

  /** A shell command on the host, as root; it has to succeed. */
  onHost(command: string, input?: string): Promise<string> {
    return sshOk(this.host, command, input === undefined ? {} : { input });
  }

  /** The same, whatever it does. */
  tryOnHost(command: string): Promise<SshResult> {
    return ssh(this.host, command);
  }

  /** Let the host's deploy key read and write the repositories. */
  async authorize(): Promise<void> {
    await authorizeKey(this.#gitServer, await this.onHost("cat ~benchmark/.ssh/id_ed25519.pub"));
  }

  /** From now on the git server lets keys read and not write, as a deploy key without write access; or as before. */
  async makeReadOnly(isReadOnly: boolean): Promise<void> {
    const words = "ERROR: The key you are authenticating with has been marked as read only.";
    const shell = `#!/bin/sh\ncase "$2" in git-receive-pack*) echo "${words}" >&2; exit 1 ;; esac\nexec /usr/bin/git-shell "$@"\n`;
    await sshOk(this.#gitServer, "cat >/usr/local/bin/reading-shell; chmod 755 /usr/local/bin/reading-shell", { input: shell });
    await sshOk(this.#gitServer, `usermod --shell ${isReadOnly ? "/usr/local/bin/reading-shell" : "/usr/bin/git-shell"} git`);
  }

  /** Makes the account with a deploy key that the repositories accept: the first `up` does not stop to show a new one. */
  async bringKey(): Promise<void> {
    const key = "/home/benchmark/.ssh/id_ed25519";
    await this.onHost(`useradd --create-home --shell /bin/bash benchmark
      runuser -u benchmark -- sh -c "mkdir -m 0700 ~benchmark/.ssh && ssh-keygen -q -t ed25519 -N '' -f ${key}"`);
    await this.authorize();
  }

  /** `npm run key -- put`, with this on standard input. Returns all it prints. */
  async putKey(input: string): Promise<string> {
    const put = spawnSync(process.execPath, [join(root, "evenkeel.js"), "key", "put", this.#stack.configFile, this.#settings.name], {
      input,
      env: await sshEnvironment(),
      encoding: "utf8",
    });
    const output = `${put.stdout}${put.stderr}`;
    this.outputs.push(output);
    return output;
  }

  /** Every file that Pulumi wrote, with its text. */
  async writtenFiles(): Promise<Map<string, string>> {
    const names = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return new Map(await Promise.all(files.map(async (file): Promise<[string, string]> => [file, await readFile(file, "utf8")])));
  }
}

/** Returns the release and the layers that a new host starts from. */
async function startOf({ release, isEquipped }: Settings): Promise<{ release: Release; layers?: Layers }> {
  return { release, ...(isEquipped && { layers: await snapshot(withQuickNode(release)) }) };
}

/** A host as the configuration names it. */
export function entryOf({ name, address, port, hostKey }: Host, user: string): Record<string, unknown> {
  return { name, address, port, user, hostKey };
}

/** Every pattern is found in a line of its own. */
export function expectLines(run: Pick<EngineRun, "output">, patterns: readonly RegExp[]): void {
  const lines = run.output.split("\n");
  const missing = patterns.filter((pattern) => !lines.some((line) => pattern.test(line.trimEnd())));
  expect(missing, `not in the output:\n${run.output}`).toEqual([]);
}

/** The private half of the key that logs in to lab hosts, without its first and last line. */
export async function loginKeyBody(): Promise<string[]> {
  return keyBody(await readFile(labPaths.key, "utf8"));
}

/** The lines of a private key that nobody may see. */
export function keyBody(key: string): string[] {
  return key.split("\n").filter((line) => line !== "" && !line.startsWith("-----"));
}

/**
 * Repositories on a host: a target with a submodule and the tag v1, and one for results.
 * @param folder where the working trees are made, `target` among them
 */
export async function makeRepositories(host: Host, folder: string): Promise<void> {
  await serveGit(host);
  for (const name of ["part", "target", "results"]) await createRepository(host, name);
  const part = join(folder, "part");
  const target = join(folder, "target");
  for (const place of [part, target]) {
    await mkdir(place);
    await gitIn(place)`git init --quiet --initial-branch=main`;
  }
  await writeFile(join(part, "words"), "of a submodule\n");
  await commitAll(part, "Part", 1_700_000_000);
  await pushFolder(host, "part", part);
  await writeFile(join(target, "seconds"), "0.0001\n");
  await writeFile(join(target, "source"), "first\n");
  await gitIn(target)`git -c protocol.file.allow=always submodule --quiet add ${part} part`;
  await gitIn(target)`git config --file .gitmodules submodule.part.url ../part.git`;
  await commitAll(target, "First", 1_700_000_100);
  await gitIn(target)`git tag v1`;
  await pushFolder(host, "target", target);
}
