import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { paths } from "../config/paths.ts";
import { commitAll, gitIn } from "./git.ts";
import { applyChanges } from "./changes.ts";
import { upWithKey } from "./first-up.ts";
import { removeHost, ssh, sshOk, upHost, type Host, type SshResult } from "./host.ts";
import type { Release } from "./image.ts";
import type { Layers } from "./layers.ts";
import { equipped, withQuickNode } from "./recipes.ts";
import { cloneInto, createRepository, pullFolder, pushFolder, serveGit } from "./remote.ts";
import { snapshot, type Recipe } from "./snapshot.ts";
import { stackIn, type Stack } from "./stack.ts";
import { until } from "./within.ts";
import { configurationOf, decisive, never, type Settings } from "./server-settings.ts";
import { clonePublished, type Published } from "./published.ts";
import { files, slownessFile, waitFile, type Behaviour, type Files } from "./small-target.ts";

/** A server provisioned with the default settings, whose repositories are gone: each test makes its own. */
function provisioned(release: Release): Recipe {
  return {
    name: `provisioned-${release}`,
    release,
    // Bookworm has the oldest Node that hosts may have.
    base: release === "bookworm" ? equipped(release) : withQuickNode(release),
    madeFrom: decisive,
    prepare: async (host, log) => {
      log(`provisioning ${host.name}`);
      await (await LabServer.on(host, { release, cron: never })).up();
      // A copy is another machine: it is activated anew.
      await sshOk(host, `rm -r /home/git/{target,results}.git ${paths.markers}/activation.json`);
      await sshOk(host, `find ${paths.target} ${paths.results} ${paths.log} -mindepth 1 -delete`);
    },
  };
}

/** A benchmark server as `pulumi up` made it, the git server it uses, and the small target. */
export class LabServer {
  readonly host: Host;
  /** Made by the first `up`. */
  readonly stack: Stack;
  readonly #scratch: string;
  #settings: Settings;
  #commits = 0;
  #published: { refs: string; value: Published } | undefined;

  private constructor(host: Host, stack: Stack, scratch: string, settings: Settings) {
    this.host = host;
    this.stack = stack;
    this.#scratch = scratch;
    this.#settings = settings;
  }

  /** A new host that is provisioned already, without any result, brought to these settings. */
  static async open(settings: Settings = {}): Promise<LabServer> {
    const server = await LabServer.copy(settings);
    await server.change(settings);
    return server;
  }

  /** The same before it is brought to the settings. */
  static async copy(settings: Settings): Promise<LabServer> {
    return LabServer.prepare(settings, await snapshot(provisioned(settings.release ?? "trixie")));
  }

  /** A new host before `pulumi up`, with target and results on its git server. @param layers what it starts from; a bare image by default. */
  static async prepare(settings: Settings = {}, layers?: Layers): Promise<LabServer> {
    const { release = "trixie", name = `server-${process.env["VITEST_POOL_ID"] ?? "lab"}`, disk } = settings;
    return LabServer.on(await upHost({ name, release, fresh: true, ...(layers && { layers }), ...(disk && { disk }) }), settings);
  }

  /** The same on a host that is there. */
  static async on(host: Host, settings: Settings): Promise<LabServer> {
    await serveGit(host);
    for (const name of ["target", "results"]) await createRepository(host, name);
    const folder = join(dirname(host.root), "server");
    const scratch = join(folder, "scratch");
    await mkdir(scratch, { recursive: true });
    const server = new LabServer(host, stackIn(folder, host.name), scratch, settings);
    await server.#makeTarget();
    return server;
  }

  /** Deletes the host and all that belongs to it. */
  async remove(): Promise<void> {
    await removeHost(this.host.name);
  }

  /** Bring the host to other settings, as `pulumi up` does but without Pulumi. */
  async change(settings: Settings): Promise<void> {
    await this.configure(settings);
    await applyChanges(this.host, this.stack);
  }

  /** The same by `pulumi up`, which also removes drift. */
  async up(settings: Settings = {}): Promise<void> {
    await this.configure(settings);
    await upWithKey(this.host, this.stack);
  }

  /** Writes other settings into the configuration, and applies nothing. */
  async configure(settings: Settings): Promise<void> {
    this.#settings = { ...this.#settings, ...settings };
    await writeFile(this.stack.configFile, JSON.stringify(configurationOf(this.#settings, this.host), undefined, 2));
  }

  /** Run a command of the runner to its end. Never throws for what it does. */
  evenkeel(args: string): Promise<SshResult> {
    return ssh(this.host, `/opt/evenkeel/current/evenkeel ${args}`);
  }

  /** The same for one that has to succeed. Returns its standard output. */
  async evenkeelOk(args: string): Promise<string> {
    const { stdout, stderr, exitCode } = await this.evenkeel(args);
    if (exitCode !== 0) throw new Error(`evenkeel ${args}: exit code ${exitCode}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Measure all that the queue holds and publish it at the end: to do so after each session takes half of the time. */
  async measureAll(): Promise<void> {
    await this.evenkeelOk("run --no-publish");
    await this.evenkeelOk("run");
  }

  /** Start a command of the runner and leave it at work. Returns its process id; what it prints is in `output`. */
  start(args: string): Promise<number> {
    return this.startShell(`/opt/evenkeel/current/evenkeel ${args}`);
  }

  /** The same for any program of the host, run by root. */
  async startShell(command: string): Promise<number> {
    const pid = await this.root(`setsid -f sh -c 'echo $$ >/tmp/started; exec ${command}' </dev/null >/root/output 2>&1
      until [ -s /tmp/started ]; do :; done; cat /tmp/started; rm /tmp/started`);
    return Number(pid);
  }

  /** What the command started last has printed so far. */
  output(): Promise<string> {
    return this.root("cat /root/output");
  }

  /** Wait for a process of the host to be gone. */
  async ended(pid: number): Promise<void> {
    await until(async () => (await ssh(this.host, `test -d /proc/${pid}`)).exitCode !== 0);
  }

  /** Run a shell command on the host as root; it has to succeed. */
  root(command: string): Promise<string> {
    return sshOk(this.host, command);
  }

  /** Where a path of the host lies on this machine. */
  path(path: string): string {
    return join(this.host.root, path);
  }

  /** Names in a folder of the host; none where there is no folder. */
  async list(path: string): Promise<string[]> {
    return (await this.root(`ls -A ${path} 2>/dev/null || true`)).split("\n").filter(Boolean);
  }

  /** From now on all that is modelled takes so much longer than it first did. */
  async slowDown(factor: number): Promise<void> {
    await this.root(`echo ${factor} >${slownessFile}`);
  }

  /** From now on builds that wait wait. */
  async holdBuilds(): Promise<void> {
    await this.root(`touch ${waitFile}`);
  }

  /** Until a build waits. */
  async buildHeld(): Promise<void> {
    await until(async () => (await this.strays()).some((line) => line.endsWith("sh build.sh")));
  }

  async releaseBuilds(): Promise<void> {
    await this.root(`rm -f ${waitFile}`);
  }

  /** A new revision of the target on its remote. Returns its id. */
  async push(title: string, change: { behaviour?: Record<string, Behaviour>; files?: Files } = {}): Promise<string> {
    const id = await this.commit(title, change);
    await this.pushTarget();
    return id;
  }

  /** Push the target's commits; `+main` by force. */
  pushTarget(refspec = "main"): Promise<void> {
    return pushFolder(this.host, "target", this.target, refspec);
  }

  /** Bring the target's working tree to what others pushed. */
  pullTarget(): Promise<void> {
    return pullFolder(this.host, "target", this.target);
  }

  /** A new revision of the target, not pushed yet. */
  async commit(
    title: string,
    { behaviour, files: changed = {} }: { behaviour?: Record<string, Behaviour>; files?: Files } = {},
  ): Promise<string> {
    const all: Files = { ...changed, ...(behaviour && { "behaviour.json": `${JSON.stringify(behaviour)}\n` }) };
    for (const [path, content] of Object.entries(all)) {
      const file = join(this.target, path);
      await mkdir(dirname(file), { recursive: true });
      await (content === undefined ? rm(file) : writeFile(file, content));
    }
    return commitAll(this.target, title, Date.UTC(2026, 0, 1) / 1000 + 3600 * this.#commits++);
  }

  /** Let the host's clone know what was pushed, as a run does first. */
  async fetchTarget(): Promise<void> {
    await this.root("runuser -u benchmark -- git -C /srv/target fetch -q origin '+refs/heads/*:refs/remotes/origin/*'");
  }

  /** The target's working tree on this machine. */
  get target(): string {
    return join(this.#scratch, "target");
  }

  /** Returns what the results remote has now. Clones it again only after a push. */
  async published(): Promise<Published> {
    const refs = await this.remoteRefs();
    if (this.#published?.refs !== refs) this.#published = { refs, value: await clonePublished(this.host, this.#scratch) };
    return this.#published.value;
  }

  /** A file of the reports branch as it is on the remote. */
  async report(path: string): Promise<string> {
    return this.root(`git -c safe.directory=* --git-dir=/home/git/results.git show reports:${path}`);
  }

  /** Ids of the commits on the results remote's branches: changes when anything was pushed. */
  remoteRefs(): Promise<string> {
    return this.root("git -c safe.directory=* --git-dir=/home/git/results.git for-each-ref");
  }

  /** A clone of the results on this machine: another host. */
  async otherHost(): Promise<string> {
    const folder = join(await mkdtemp(join(this.#scratch, "other-")), "results");
    await cloneInto(this.host, "results", folder);
    return folder;
  }

  async pushResults(folder: string): Promise<void> {
    await pushFolder(this.host, "results", folder);
  }

  /** Put a clone's branch on the results remote under another name. Returns its commit. */
  async pushAside(folder: string, ref: string): Promise<string> {
    await pushFolder(this.host, "results", folder, `main:${ref}`);
    return (await gitIn(folder)`git rev-parse main`).stdout.trim();
  }

  /** Every file below the host's folders that a run could change, with its content's hash. */
  fingerprint(): Promise<string> {
    return this.root(
      "find /srv /etc/evenkeel /opt/evenkeel -type f -not -path '*/__pycache__/*' -not -name '*.pyc' -print0 | sort -z | xargs -0 sha256sum; cat /etc/cron.d/evenkeel; ls -A /run/evenkeel | grep -v lock || true",
    );
  }

  /** Processes of the accounts that measured code and keys belong to. */
  async strays(): Promise<string[]> {
    return (await ssh(this.host, "ps -o pid=,args= -u benchmark,evenkeel-sandbox,evenkeel-sampler")).stdout
      .trim()
      .split("\n")
      .filter(Boolean);
  }

  /** Undo what a test did to the schedule, the hold, the access: the next one starts from an idle host. */
  async settle(): Promise<void> {
    await this.evenkeel("resume");
    await this.root(
      "kill -9 $(sed -n 's/.*\"pid\":\\([0-9]*\\).*/\\1/p' /run/evenkeel/holder.json 2>/dev/null) 2>/dev/null; flock -w 60 /run/evenkeel/lock true",
    );
  }

  async #makeTarget(): Promise<void> {
    await mkdir(this.target);
    await gitIn(this.target)`git init --quiet --initial-branch=main`;
    await this.commit("small: the first revision", { files });
    await gitIn(this.target)`git tag v0`;
    await pushFolder(this.host, "target", this.target);
  }
}
