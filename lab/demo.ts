import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Command } from "commander";
import { z } from "zod";
import { fillIn } from "../config/fill-in.ts";
import { UserError } from "../config/user-error.ts";
import { writeAtomically } from "../runner/host/atomic.ts";
import { findHost, knownHostsLine, removeHost, ssh, sshOk, upHost, type Host } from "./host.ts";
import { needRoot } from "./machine.ts";
import { sayWithElapsed, type Say } from "./progress.ts";
import { runEngine } from "./engine.ts";
import { authorizeKey, cloneInto, createRepository, pushFolder, serveGit, urlOf } from "./remote.ts";
import { makeSuite } from "./suite.ts";
import { makeTarget, moreTarget } from "./target.ts";

/** Releases of mypy measured at first; `--more` pushes the next. */
const firstReleases = 4;
const folder = join(import.meta.dirname, "..", ".evenkeel");

const program = new Command("npm run demo --")
  .description(
    "A benchmark server from nothing: a throwaway host, pulumi up, mypy measured from cron, results and reports published over ssh.",
  )
  .option("--more", "push the next release of mypy to the target, for cron to find")
  .option("--clean", "remove the host and all that the demo made")
  .option("--name <name>", "name of the host", "demo")
  .showSuggestionAfterError()
  .action(async (options: { more?: true; clean?: true; name: string }) => {
    needRoot();
    const say = sayWithElapsed();
    if (options.clean) await clean(options.name, say);
    else await show(options.name, options.more ?? false, say);
  });

async function show(name: string, isMore: boolean, say: Say): Promise<void> {
  const host = await upHost({ name, release: "trixie", say });
  await serveRepositories(host, say);
  const config = await writeConfiguration(host);
  await provision(host, config, say);
  const before = isMore ? await pushNext(host, say) : 0;
  await untilMeasured(host, before + 1, say);
  await printReport(host, say);
}

/** Target, suite and results, as a project has them on its git server. */
async function serveRepositories(host: Host, say: Say): Promise<void> {
  await serveGit(host, say);
  for (const name of ["mypy", "suite", "results"]) await createRepository(host, name);
  const isServed = (await ssh(host, "git --git-dir /home/git/suite.git -c safe.directory=* rev-parse -q --verify main")).exitCode === 0;
  if (isServed) return;
  const local = localRepositories(host);
  await rm(local, { recursive: true, force: true });
  say(`target: mypy's first ${firstReleases} releases as revisions`);
  await makeTarget(join(local, "mypy"), firstReleases, say);
  await pushFolder(host, "mypy", join(local, "mypy"));
  await makeSuite(join(local, "suite"));
  await pushFolder(host, "suite", join(local, "suite"));
}

async function writeConfiguration(host: Host): Promise<string> {
  const model = await readFile(join(import.meta.dirname, "..", "config", "demo.yaml"), "utf8");
  const path = join(folder, `${host.name}.yaml`);
  await mkdir(folder, { recursive: true });
  await writeAtomically(
    path,
    fillIn(model, {
      "hosts[0].name": host.name,
      "hosts[0].address": host.address,
      "hosts[0].port": host.port,
      "hosts[0].hostKey": host.hostKey,
      "git.knownHosts[0]": knownHostsLine(host),
      "target.repository": urlOf(host, "mypy"),
      "suite.repository": urlOf(host, "suite"),
      "results.repository": urlOf(host, "results"),
    }),
  );
  return path;
}

/** The first `up` of a new host ends with the deploy key that its administrator adds to the repositories; the second goes on. */
async function provision(host: Host, config: string, say: Say): Promise<void> {
  say("pulumi up");
  const up = ["up", config, "--yes", "--skip-preview"];
  if ((await runEngine(up)).exitCode === 0) return;
  const key = await ssh(host, "cat /home/benchmark/.ssh/id_ed25519.pub");
  if (key.exitCode !== 0) throw new UserError("pulumi up failed", "its output above says where");
  say("adding the deploy key to the repositories, as you would on GitHub; pulumi up again");
  await authorizeKey(host, key.stdout);
  if ((await runEngine(up)).exitCode !== 0) throw new UserError("pulumi up failed", "its output above says where");
}

/** Returns how many sessions there were before. */
async function pushNext(host: Host, say: Say): Promise<number> {
  const { sessions } = await statusOf(host);
  const local = join(localRepositories(host), "mypy");
  const version = await moreTarget(local, say);
  if (version === undefined) throw new UserError("all prepared releases are pushed", "start anew: npm run demo -- --clean");
  await pushFolder(host, "mypy", local);
  say(`mypy ${version} pushed; cron looks every minute`);
  return sessions;
}

const statusSchema = z.object({ queued: z.number(), sessions: z.number(), unpublished: z.number(), busy: z.string().optional() });

async function statusOf(host: Host): Promise<z.infer<typeof statusSchema>> {
  return statusSchema.parse(JSON.parse(await sshOk(host, "/opt/evenkeel/current/evenkeel status --json")));
}

/** Shows the runner's log until cron has measured and published everything, and so many sessions are there. */
async function untilMeasured(host: Host, sessions: number, say: Say): Promise<void> {
  const log = "/srv/log/evenkeel.log";
  let shown = Number((await ssh(host, `wc -c <${log}`)).stdout || 0);
  say("cron measures; this is its log");
  const deadline = performance.now() + 30 * 60_000;
  for (;;) {
    const status = await statusOf(host);
    const fresh = (await ssh(host, `tail -c +${shown + 1} ${log}`)).stdout;
    shown += Buffer.byteLength(fresh);
    for (const line of fresh.split("\n").filter(Boolean)) say(`  ${line}`);
    if (status.queued + status.unpublished === 0 && status.sessions >= sessions && status.busy === undefined) return;
    if (performance.now() > deadline)
      throw new UserError("half an hour has passed and the queue is not empty", `look at ${log}: npm run lab -- ssh ${host.name}`);
    await pause(2000);
  }
}

async function printReport(host: Host, say: Say): Promise<void> {
  const reports = join(folder, `${host.name}-reports`);
  await rm(reports, { recursive: true, force: true });
  await cloneInto(host, "results", reports, "reports");
  console.log(await readFile(join(reports, "reports", "summary-main.md"), "utf8"));
  say(`the reports are in ${reports} (branch reports of ${urlOf(host, "results")})`);
  say(`more: npm run demo -- --more; look around: npm run lab -- ssh ${host.name}; remove it all: npm run demo -- --clean`);
}

async function clean(name: string, say: Say): Promise<void> {
  const host = await findHost(name);
  if (host) {
    say(`removing host ${name}`);
    await removeHost(name);
    await rm(localRepositories(host), { recursive: true, force: true });
  }
  await runEngine(["stack", "rm", name, "--force", "--yes"], { quiet: true });
  for (const left of [`${name}.yaml`, `${name}-reports`]) await rm(join(folder, left), { recursive: true, force: true });
  say("clean");
}

/** Beside the host's own tree, so that they live and go with it. */
function localRepositories(host: Host): string {
  return join(host.root, "..", "repositories");
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`error: ${error.message}\nhint: ${error.hint}`);
  process.exitCode = 1;
}
