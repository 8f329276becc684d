import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Option } from "commander";
import * as z from "zod";
import { paths } from "../config/paths.ts";
import { UserError } from "../config/user-error.ts";
import { reportedCommand, runProgram } from "../runner/system/program.ts";
import { ssh, sshOk, upHost, type Host } from "./host.ts";
import { needRoot } from "./machine.ts";
import { configurations, localRepositories, provision, removeServer, serveMypy, writeConfiguration } from "./mypy-server.ts";
import { logWithElapsed, type Log } from "./progress.ts";
import { cloneInto, pushFolder, urlOf } from "./remote.ts";
import { moreTarget, type TargetChoice } from "./target.ts";

/** Debian 13 has it beside its own, which is 14. */
const otherCompiler = "gcc-13";
const withOtherCompiler = { "packages[0]": otherCompiler, "measure.compiler": otherCompiler };

interface Options {
  name: string;
  more?: true;
  upgrade?: true;
  clean?: true;
  quick?: true;
  /** Releases of mypy that the target has at first; `--more` pushes the next. */
  releases: string;
}

const program = reportedCommand("npm run demo --")
  .description(
    "Make a benchmark server from nothing: boot a throwaway host, provision it, measure mypy from cron, publish results and reports over ssh",
  )
  .option("--more", "push the next release of mypy to the target, for cron to find")
  .option("--upgrade", "switch the C compiler, including the pre-upgrade run and the bridge, which cron measures")
  .option("--clean", "remove the host and all that the demo made")
  .option("--quick", "compile without optimization and take few samples: to see how it works, not how fast mypyc's programs are")
  .addOption(new Option("--releases <n>", "number of releases that a new demo begins with").choices(["1", "2", "3", "4", "5"]).default("3"))
  .option("--name <name>", "name of the host", "demo")
  .action(async (options: Options) => {
    needRoot();
    const log = logWithElapsed();
    if (options.clean) await clean(options.name, log);
    else await show(options, log);
  });

async function show({ name, more, upgrade, quick, releases }: Options, log: Log): Promise<void> {
  const host = await upHost({ name, release: "trixie", log });
  const choice: TargetChoice = quick ? { optimization: 0 } : {};
  await serveMypy(host, Number(releases), log, choice);
  const isUpgraded = await usesOtherCompiler(host);
  const old = upgrade && !isUpgraded ? await takePreUpgradeRun(host, log) : 0;
  const config = await writeConfiguration(host, {
    ...((upgrade || isUpgraded) && withOtherCompiler),
    ...(quick && { "measure.samples": 5 }),
  });
  await provision(host, config, log);
  const before = more ? await pushNext(host, choice, log) : old;
  await untilMeasured(host, before + 1, log);
  await printReport(host, log);
}

async function usesOtherCompiler({ name }: Host): Promise<boolean> {
  const config = await readFile(join(configurations, `${name}.yaml`), "utf8").catch(() => "");
  return config.includes(`"${otherCompiler}"`);
}

/** What the next environment is linked by, as an operator measures it before an upgrade. Returns how many sessions there are then. */
async function takePreUpgradeRun(host: Host, log: Log): Promise<number> {
  const evenkeel = "/opt/evenkeel/current/evenkeel";
  if ((await ssh(host, `test -x ${evenkeel}`)).exitCode !== 0)
    throw new UserError("nothing has been measured yet", "run `npm run demo` first");
  log("evenkeel pre-upgrade: the old environment, a last time");
  await sshOk(host, `${evenkeel} pre-upgrade`);
  return (await statusOf(host)).sessions;
}

/** Returns how many sessions there were before. */
async function pushNext(host: Host, choice: TargetChoice, log: Log): Promise<number> {
  const { sessions } = await statusOf(host);
  const local = join(localRepositories(host), "mypy");
  const version = await moreTarget(local, log, choice);
  if (version === undefined) throw new UserError("all prepared releases are pushed", "start anew: npm run demo -- --clean");
  await pushFolder(host, "mypy", local);
  log(`mypy ${version} pushed; cron looks every minute`);
  return sessions;
}

const statusSchema = z.object({ queued: z.number(), sessions: z.number(), unpublished: z.number(), busy: z.string().optional() });

async function statusOf(host: Host): Promise<z.infer<typeof statusSchema>> {
  return statusSchema.parse(JSON.parse(await sshOk(host, "/opt/evenkeel/current/evenkeel status --json")));
}

/** Shows the runner's log until cron has measured and published everything, and so many sessions are there. */
async function untilMeasured(host: Host, sessions: number, report: Log): Promise<void> {
  const log = "/srv/log/evenkeel.log";
  let shown = Number((await ssh(host, `wc -c <${log}`)).stdout || 0);
  report("cron measures; this is its log");
  const deadline = performance.now() + 30 * 60_000;
  for (;;) {
    // While a command is at work, a status is not needed and takes longer than a look at this file.
    const isBusy = (await ssh(host, `test -e ${paths.holder}`)).exitCode === 0;
    const status = isBusy ? undefined : await statusOf(host);
    const fresh = (await ssh(host, `tail -c +${shown + 1} ${log}`)).stdout;
    shown += Buffer.byteLength(fresh);
    for (const line of fresh.split("\n").filter(Boolean)) report(`  ${line}`);
    if (status && status.queued + status.unpublished === 0 && status.sessions >= sessions && status.busy === undefined) return;
    if (performance.now() > deadline)
      throw new UserError("half an hour has passed and the queue is not empty", `look at ${log}: npm run lab -- ssh ${host.name}`);
    await pause(2000);
  }
}

async function printReport(host: Host, log: Log): Promise<void> {
  const reports = join(configurations, `${host.name}-reports`);
  await rm(reports, { recursive: true, force: true });
  await cloneInto(host, "results", reports, "reports");
  console.log(await readFile(join(reports, "reports", "summary-main.md"), "utf8"));
  log(`the reports are in ${reports} (branch reports of ${urlOf(host, "results")})`);
  log(`more: npm run demo -- --more; look around: npm run lab -- ssh ${host.name}; remove it all: npm run demo -- --clean`);
}

async function clean(name: string, log: Log): Promise<void> {
  await removeServer(name, log);
  await rm(join(configurations, `${name}-reports`), { recursive: true, force: true });
  log("clean");
}

await runProgram(program);
