import { setPriority } from "node:os";
import { text } from "node:stream/consumers";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { HostConfig } from "../config/schema.ts";
import { UserError } from "../config/user-error.ts";
import { readOutbox, sendTests } from "./alerts/notify.ts";
import { pendingText } from "./alerts/outbox.ts";
import { putSecret, secrets } from "./alerts/secrets.ts";
import { checkCommand } from "./resources/check.ts";
import { putKey } from "./resources/github.ts";
import { ensureCommand } from "./resources/ensure.ts";
import { unschedule } from "./resources/schedule.ts";
import { holdLock, interruptHolder, LockBusyError, lockBusy } from "./system/lock.ts";
import { requireRoot } from "./system/root.ts";
import { exportCommand, importCommand, type ImportArguments } from "./commands/import-export.ts";
import type { Variant, WorkItem } from "./model.ts";
import { withoutControls } from "./text/plain-text.ts";
import { pushEmptyCommit } from "./commands/empty-commit.ts";
import { paperOf } from "./commands/compare/text.ts";
import { comparedJson, comparedText, compareSides } from "./commands/compare/compare.ts";
import { diagnose, identify, missingRevisions, blockers, pausedBecause, warningsOfListing } from "./run/doctor.ts";
import { readDurations } from "./progress/durations.ts";
import { prune, pruneText } from "./commands/prune.ts";
import { pausedSince, pause, readPause, resume } from "./run/pause.ts";
import { clearProgress } from "./progress/progress.ts";
import { screenOf } from "./progress/screen.ts";
import { shownInFull, shownText } from "./commands/show/text.ts";
import { statusOf, statusText } from "./commands/status.ts";
import { withdraw } from "./commands/withdraw.ts";
import { discard, unfinishedText } from "./commands/unfinished.ts";
import { workOf } from "./progress/work-text.ts";
import { exitCodeOf, verifiedText, verify } from "./commands/verify.ts";
import { publishAll } from "./run/publish-all.ts";
import { publishReportsNow, reportsNow, writeReports } from "./run/reporting.ts";
import { noteReportsDue } from "./store/reports-due.ts";
import { unreachable } from "./run/exit-codes.ts";
import { InfrastructureError } from "./system/infrastructure-error.ts";
import { changesText } from "./queue/changes.ts";
import { knownNames, listingWarnings } from "./queue/listing-text.ts";
import { changesOf, queueOf } from "./queue/planned.ts";
import { readState } from "./queue/state.ts";
import type { RunOptions, RunResult } from "./run/run-options.ts";
import { run } from "./run/run.ts";
import {
  baselineItems,
  bridgeItems,
  collectItems,
  preUpgradeItems,
  queueText,
  reopen,
  revisionItem,
  verdictOnBaselines,
  withExpected,
} from "./commands/selection.ts";
import { showHere } from "./commands/show/shown-here.ts";
import { isAccepted, trialText } from "./commands/trial/text.ts";
import { tryBenchmark } from "./commands/trial/trial.ts";
import { dated, openRunnerContext, readConfiguration, say, sayBeside } from "./runner-context.ts";

// Modes must not follow whoever starts it: with root's umask at 077, as hardened hosts have it, accounts could read nothing that is made here.
process.umask(0o022);

const program = new Command("evenkeel")
  .description("Measures every revision of a project on this host, and is what `pulumi up` applies resources with.")
  .exitOverride()
  .showSuggestionAfterError()
  .showHelpAfterError("(--help shows what there is)")
  .hook("preAction", (_, command) => requireRoot(command.name()));

/** How long a run may take to end: what it publishes it finishes. */
const interruptSeconds = 600;

/** For commands that only read: a signal ends them at once. */
const unstoppable = new AbortController().signal;

interface WorkOptions {
  dryRun?: true;
  publish: boolean;
  wait: boolean;
  json?: true;
  maxMinutes?: number;
}

/** The options of every command that measures. */
function working(name: string): Command {
  return program
    .command(name)
    .option("--dry-run", "say what would be done, do nothing")
    .option("--no-publish", "keep results and reports on this host")
    .option("--no-wait", `exit ${lockBusy} at once while another process works`)
    .option("--json", "print JSON");
}

working("run")
  .summary("measure what the queue holds: what cron starts")
  .option("--cron", "started by cron, which holds the lock; honours a pause")
  .option("--max-minutes <n>", "begin nothing new after this time", wholeNumber)
  .action(async (options: WorkOptions & { cron?: true }) => {
    await work({ ...options, command: options.cron ? "run --cron" : "run", cron: options.cron ?? false });
  });

program
  .command("queue")
  .summary("what would be measured next, why, and how long it takes")
  .option("--json", "print JSON")
  .action(async (options: { json?: true }) => {
    lookQuietly();
    const context = await openRunnerContext(unstoppable);
    const state = await readState(context, { allowBuild: false });
    await printQueue(queueOf(state), context.config, options);
    for (const warning of await listingWarnings(context.config)) console.error(`warning: ${warning}`);
    const found = changesOf(state);
    if (found?.machine && found.open.length > 0) console.error(`suspected: ${changesText(found)}`);
  });

working("measure")
  .summary("measure one revision, also one that was measured before")
  .argument("[revision]", "commit, tag or branch of the target; --trial takes the newest measured one without it")
  .addOption(
    new Option("--trial <name>", "run one benchmark once, show command, output and the number read, store nothing").conflicts([
      "dryRun",
      "benchmark",
      "force",
    ]),
  )
  .option("--benchmark <name...>", "only these benchmarks")
  .option("--force", "measure programs too that a neighbouring revision runs and was measured with")
  .action(
    async (
      revision: string | undefined,
      options: WorkOptions & { benchmark?: string[]; force?: true; trial?: string },
      command: Command,
    ) => {
      if (options.trial !== undefined) return tryOnce(options.trial, revision, options);
      if (revision === undefined) return command.error("error: missing required argument 'revision'", { exitCode: 2 });
      await work({
        ...options,
        command: "measure",
        failsWithSubject: true,
        next: (context, how) => revisionItem(context, revision, { only: options.benchmark, force: options.force ?? false, ...how }),
      });
    },
  );

working("collect")
  .summary("measure the declared benchmarks that the revisions of a range lack")
  .argument("<from..to>", "range as git takes it, the older end first and left out")
  .option("--only-paths <path...>", "only revisions that touch one of these paths")
  .option("--max-minutes <n>", "begin nothing new after this time", wholeNumber)
  .action(async (range: string, options: WorkOptions & { onlyPaths?: string[] }) => {
    await work({ ...options, command: "collect", next: (context, how) => collectItems(context, range, options.onlyPaths ?? [], how) });
  });

working("baselines")
  .summary("measure every benchmark with the interpreter itself; ends with << success >>")
  .action(async (options: WorkOptions) => {
    const result = await work({ ...options, command: "baselines", next: () => Promise.resolve(baselineItems()) });
    if (!result) return;
    const verdict = await verdictOnBaselines(await openRunnerContext(unstoppable), result);
    (options.json ? console.error : console.log)(verdict.line);
    process.exitCode = verdict.exitCode === 0 ? result.exitCode : verdict.exitCode;
  });

working("pre-upgrade")
  .summary("measure what links the next environment to this one: before an upgrade")
  .action(async (options: WorkOptions) => {
    await work({ ...options, command: "pre-upgrade", next: preUpgradeItems });
  });

working("bridge")
  .summary("measure what links this environment to the one before")
  .argument("[benchmark...]", "take their bridges up again: one more session of each program, failures forgotten")
  .action(async (benchmarks: string[], options: WorkOptions) => {
    const how = { allowBuild: options.dryRun === undefined };
    const reopened = benchmarks.length > 0 ? await reopen(await openRunnerContext(unstoppable), benchmarks, how) : undefined;
    await work({
      ...options,
      command: "bridge",
      next: (context, asking) => bridgeItems(context, asking, reopened),
      ...(reopened && { reopened }),
    });
  });

program
  .command("verify")
  .summary("whether the timeline goes on over the newest upgrade; exits 0 continuous, 1 broken, 3 inconclusive")
  .option(
    "--push-empty-commit",
    "first push an empty commit to the target, to be measured by the next runs; needs target.allowEmptyCommits",
  )
  .option("--json", "print JSON")
  .action(async (options: { pushEmptyCommit?: true; json?: true }) => {
    const context = await openRunnerContext(unstoppable);
    if (options.pushEmptyCommit) console.error(`pushed the empty commit ${await pushEmptyCommit(context)}`);
    const found = await verify(context);
    console.log(options.json ? JSON.stringify(found, null, 2) : verifiedText(found));
    process.exitCode = exitCodeOf(found);
  });

program
  .command("compare")
  .summary("what is faster and slower: two revisions, ranges of them, or environments")
  .argument("<a>", "commit, tag, branch, range <older>..<newer>, or the first digits of an environment's id")
  .argument("<b>", "the same; ratios are its seconds over those of <a>")
  .addOption(new Option("--variant <variant>", "instead of each benchmark's main one").choices(["compiled", "interpreted"]))
  .option("--json", "print JSON")
  .action(async (a: string, b: string, options: { variant?: Variant; json?: true }) => {
    lookQuietly();
    const compared = await compareSides(await openRunnerContext(unstoppable), a, b, options.variant);
    console.log(options.json ? comparedJson(compared) : comparedText(compared, paperOf(process.stdout, process.env)));
  });

program
  .command("show")
  .summary("show what is known of a revision: outcomes, why benchmarks failed, what they are compared with")
  .argument("<revision>", "commit, tag or branch of the target")
  .argument("[benchmark]", "show this one in full: what ran, output of failures, samples, conditions")
  .option("--json", "print JSON")
  .action(async (revision: string, benchmark: string | undefined, options: { json?: true }) => {
    lookQuietly();
    const shown = await showHere(await openRunnerContext(unstoppable), revision, benchmark);
    if (options.json) console.log(JSON.stringify(shown, null, 2));
    else console.log(benchmark === undefined ? shownText(shown) : shownInFull(shown));
  });

program
  .command("report")
  .summary("render the reports of all hosts and publish them")
  .option("--out <folder>", "write them to a folder instead")
  .option("--dry-run", "render them, write nothing")
  .option("--no-publish", "render them, write nothing")
  .option("--no-wait", `exit ${lockBusy} at once while another process works`)
  .action(async (options: { out?: string; dryRun?: true; publish: boolean; wait: boolean }) => {
    const signal = stopSignal();
    const context = await openRunnerContext(signal);
    if (options.dryRun || (!options.publish && options.out === undefined)) console.log(`${(await reportsNow(context)).size} files`);
    else if (options.out !== undefined) {
      const { files, changed } = await writeReports(context, options.out);
      console.log(`${files} files in ${options.out}, ${changed} of them changed`);
    } else {
      const lock = { command: "evenkeel report", waitSeconds: waitSeconds(options), say: console.error, signal, describe: workOf };
      await holdLock(lock, async () => {
        try {
          await publishReportsNow(context, context.say);
          process.exitCode = context.problems.failing("reports").length > 0 ? unreachable : 0;
        } finally {
          await clearProgress();
        }
      });
    }
  });

program
  .command("status")
  .summary("what this host is doing, and what waits")
  .option("--json", "print JSON")
  .action(async (options: { json?: true }) => {
    lookQuietly();
    const status = await statusOf(await openRunnerContext(unstoppable));
    console.log(options.json ? JSON.stringify(status, null, 2) : withoutControls(statusText(status)));
  });

program
  .command("doctor")
  .summary("check that this host is what was declared, and has what is to be measured; exits 1 where not")
  .option("--json", "print JSON")
  .action(async (options: { json?: true }) => {
    const diagnosis = await diagnose();
    const missing = await missingRevisions();
    const problems = [...blockers(diagnosis), ...missing];
    const ignored = diagnosis.ignored.length > 0 ? [`no longer declared, ignored: ${diagnosis.ignored.join(", ")}`] : [];
    const paused = await pausedBecause();
    const warnings = await warningsOfListing();
    if (options.json) console.log(JSON.stringify({ ...diagnosis, missing, paused, warnings, identity: await identify() }, null, 2));
    else {
      const verdict = problems.length > 0 ? problems : ["this host is what was declared"];
      const warned = warnings.map((warning) => `warning: ${warning}`);
      console.log(withoutControls([...verdict, ...(paused === undefined ? [] : [paused]), ...warned, ...ignored].join("\n")));
    }
    process.exitCode = problems.length > 0 ? 1 : 0;
  });

program
  .command("pause")
  .summary("pause the schedule: cron measures nothing until resume")
  .option("--why <text>", "the reason, shown wherever somebody may wonder", "no reason given")
  .option("--now", "interrupt what is measured now, and wait until that has ended; nothing is lost")
  .action(async (options: { why: string; now?: true }) => {
    const pausing = await pause(options.why);
    await noteReportsDue();
    console.log(`${pausedSince(pausing)}; ${options.now ? await interrupt() : "a running item is finished first"}`);
  });

program
  .command("resume")
  .summary("resume the schedule")
  .action(async () => {
    const pausing = await resume();
    if (pausing) await noteReportsDue();
    console.log(pausing ? `the pause since ${pausing.since} (${pausing.why}) is over` : "the schedule was not paused");
  });

program
  .command("withdraw")
  .summary("withdraw sessions or benchmarks: what they measured until now counts for nothing, and is owed again")
  .argument("<name...>", "names of benchmarks, or of the files of sessions in runs/ of the results, without .json")
  .option("--why <text>", "the reason, shown in the reports")
  .option("--by <name>", "who decided it; the account that is logged in by default")
  .option("--undo", "let them count again; also brings back a session that was deleted on the results' remote")
  .option("--no-publish", "keep the decision on this host")
  .option("--no-wait", `exit ${lockBusy} at once while another process works`)
  .action(async (names: string[], options: { why?: string; by?: string; undo?: true; publish: boolean; wait: boolean }) => {
    const signal = stopSignal();
    const context = await openRunnerContext(signal, sayBeside);
    const { undo = false, why, by } = options;
    const lock = { command: "evenkeel withdraw", waitSeconds: waitSeconds(options), say: console.error, signal, describe: workOf };
    await holdLock(lock, async () => {
      console.log((await withdraw(context, { names, undo, why, by })).join("\n"));
      if (options.publish) process.exitCode = await publishAll(context);
    });
  });

program
  .command("discard")
  .summary("drop an unfinished session with its samples; its revision is then owed again")
  .argument("[session]", "its id as `status` shows it, or the beginning; needed where there are several")
  .option("--no-wait", `exit ${lockBusy} at once while another process works`)
  .option("--json", "print JSON")
  .action(async (session: string | undefined, options: { wait: boolean; json?: true }) => {
    const lock = {
      command: "evenkeel discard",
      waitSeconds: waitSeconds(options),
      say: console.error,
      signal: stopSignal(),
      describe: workOf,
    };
    const dropped = await holdLock(lock, () => discard(session));
    console.log(options.json ? JSON.stringify(dropped, null, 2) : `discarded ${dropped.session}: ${unfinishedText(dropped)}`);
  });

program
  .command("notify")
  .summary("alerts: which wait to be delivered")
  .option("--test", "send a test to everybody who is told; exits 1 where one does not get through")
  .option("--json", "print JSON")
  .action(async (options: { test?: true; json?: true }) => {
    if (!options.test) {
      const pending = (await readOutbox())?.pending ?? [];
      console.log(options.json ? JSON.stringify(pending, null, 2) : pendingText(pending));
      return;
    }
    const sent = await sendTests(await readConfiguration());
    console.log(options.json ? JSON.stringify(sent, null, 2) : sent.map(({ channel, said }) => `${channel}: ${said}`).join("\n"));
    process.exitCode = sent.every(({ ok }) => ok) ? 0 : 1;
  });

program
  .command("prune")
  .summary("remove what earlier configurations left: all but the last three, and what is in use")
  .option("--dry-run", "say what would be removed, remove nothing")
  .option("--no-wait", `exit ${lockBusy} at once while another process works`)
  .option("--json", "print JSON")
  .action(async (options: { dryRun?: true; wait: boolean; json?: true }) => {
    const { dryRun = false, json } = options;
    const collect = () => prune({ dryRun });
    const lock = {
      command: "evenkeel prune",
      waitSeconds: waitSeconds(options),
      say: console.error,
      signal: stopSignal(),
      describe: workOf,
    };
    const collected = dryRun ? await collect() : await holdLock(lock, collect);
    console.log(json ? JSON.stringify(collected, null, 2) : pruneText(collected));
  });

program
  .command("import")
  .summary("bring results of another system into this one's")
  .argument("<format>", "what they are: mypyc, CSV files as the mypyc benchmark server has them")
  .argument("<folder>", "holds data/, the folder of these files")
  .option("--micro <name...>", "benchmarks that are microbenchmarks, besides those that the suite lists as such")
  .option("--same-workload", "the suite never changed a benchmark that counts here; else each of its revisions is told apart")
  .option("--skip-bad", "leave out lines that cannot be read, instead of importing nothing")
  .option("--dry-run", "say what would be imported, write nothing")
  .option("--no-publish", "keep what is imported on this host")
  .option("--no-wait", `exit ${lockBusy} at once while another process works`)
  .option("--json", "print JSON")
  .action(async (format: string, folder: string, options: ImportArguments & { wait: boolean }) => {
    await importCommand(format, folder, options, { waitSeconds: waitSeconds(options), signal: stopSignal() });
  });

program
  .command("export")
  .summary("write results as another system has them")
  .argument("<format>", "how: mypyc, CSV files as the mypyc benchmark server has them")
  .argument("<folder>", "where to make data/, the folder of these files")
  .option("--dry-run", "say what would be exported, write nothing")
  .option("--json", "print JSON")
  .action(async (format: string, folder: string, options: { dryRun?: true; json?: true }) => {
    await exportCommand(format, folder, options, unstoppable);
  });

program
  .command("ensure")
  .summary("make one resource what was declared (used by pulumi up)")
  .argument("<kind>", "kind of resource; its name, spec and token are read as JSON from standard input")
  .option("--wait-minutes <n>", "how long to wait for a running measurement", wholeNumber, 60)
  .action(async (kind: string, options: { waitMinutes: number }) => {
    await ensureCommand(kind, await text(process.stdin), options.waitMinutes);
  });

program
  .command("key")
  .summary("make a private key the deploy key (used by npm run key)")
  .argument("<put>", "what to do with it")
  .requiredOption("--account <name>", "whose key it is to be; the key is read from standard input")
  .action(async (verb: string, options: { account: string }) => {
    if (verb !== "put") throw new UserError(`key cannot ${verb}`, "write key put");
    console.log(`deploy key ${await putKey(options.account, await text(process.stdin))}: write it as git.keyFingerprint`);
  });

program
  .command("secret")
  .summary("take over what alerts are sent with (used by npm run secret)")
  .argument("<put>", "what to do with it")
  .argument("<name>", `one of ${Object.keys(secrets).join(", ")}; it is read from standard input`)
  .action(async (verb: string, name: string) => {
    if (verb !== "put") throw new UserError(`secret cannot ${verb}`, "write secret put");
    await putSecret(name, await text(process.stdin));
    console.log(`secret ${name} is in place; \`evenkeel notify --test\` tries it`);
  });

program
  .command("check")
  .summary("what differs from specs on standard input, as JSON (used by pulumi preview)")
  .option("--review", "tell also what applying them would come to")
  .action(async ({ review }: { review?: true }) => {
    await checkCommand(await givenSpecs(), review ?? false);
  });

program
  .command("unschedule")
  .summary("remove the schedule of a stack (used by pulumi destroy)")
  .requiredOption("--owner <stack/host>", "whose schedule it is; another's is left as it is")
  .action(async (options: { owner: string }) => {
    console.log(await unschedule(options.owner));
  });

/** What the commands that measure have in common. Returns nothing after a dry run. */
async function work(
  options: WorkOptions & Pick<RunOptions, "command" | "next" | "reopened" | "failsWithSubject"> & { cron?: boolean },
): Promise<RunResult | undefined> {
  const { command, next, reopened, failsWithSubject = false, cron = false, publish, maxMinutes, json } = options;
  const signal = stopSignal();
  if (options.dryRun) {
    const context = await openRunnerContext(signal);
    const items = next ? await next(context, { allowBuild: false }) : queueOf(await readState(context, { allowBuild: false }));
    const pausing = await readPause();
    if (pausing) console.error(pausedSince(pausing));
    await printQueue(items, context.config, options);
    return undefined;
  }
  const screen = cron || json ? undefined : screenOf(process.stdout, process.env);
  if (screen) process.once("exit", () => screen.close());
  const result = await run({
    command: `evenkeel ${command}`,
    cron,
    publish,
    waitSeconds: waitSeconds(options),
    maxMinutes,
    failsWithSubject,
    signal,
    say: screen ? (line) => screen.say(dated(line)) : json ? sayBeside : say,
    ...(screen && { screen }),
    ...(next && { next }),
    ...(reopened && { reopened }),
  }).finally(() => screen?.close());
  if (json) console.log(JSON.stringify(result, null, 2));
  process.exitCode = result.exitCode;
  return result;
}

/** `measure --trial`: exit code 1 where no number could be read. */
async function tryOnce(benchmark: string, revision: string | undefined, options: WorkOptions): Promise<void> {
  const signal = stopSignal();
  const context = await openRunnerContext(signal, sayBeside);
  const lock = { command: "evenkeel measure --trial", waitSeconds: waitSeconds(options), say: console.error, signal, describe: workOf };
  const tried = await holdLock(lock, () => tryBenchmark(context, benchmark, revision));
  console.log(options.json ? JSON.stringify(tried, null, 2) : trialText(tried));
  process.exitCode = isAccepted(tried) ? 0 : 1;
}

async function printQueue(items: readonly WorkItem[], { suite }: Pick<HostConfig, "suite">, { json }: { json?: true }): Promise<void> {
  const expected = withExpected(items, await readDurations());
  console.log(json ? JSON.stringify(expected, null, 2) : queueText(expected, await knownNames(suite)));
}

/** Looking must not disturb what is measured. */
function lookQuietly(): void {
  setPriority(19);
}

/** End what is at work where nothing is lost. Returns what became of it, in words. */
async function interrupt(): Promise<string> {
  const interrupted = await interruptHolder({ waitSeconds: interruptSeconds, say: console.error });
  return interrupted ? `${interrupted.command} was interrupted, the next run goes on where it was` : "nothing was at work";
}

function waitSeconds({ wait }: { wait: boolean }): number {
  return wait ? 3600 : 0;
}

/** From now on a request to end is heard, and obeyed where nothing is lost. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}

/** The probe runs this program from standard input, so it leaves the specs in a global variable. */
async function givenSpecs(): Promise<string> {
  const left: unknown = Reflect.get(globalThis, "evenkeelSpecs");
  return typeof left === "string" ? left : text(process.stdin);
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError("write a whole number.");
  return number;
}

/** The one place where errors are printed. Exit codes: 1 failed, 2 usage, 65 every benchmark fails, 69 a remote cannot be reached, 75 the host is busy. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UserError) {
    console.error(withoutControls(`error: ${error.message}\nhint: ${error.hint}`));
    return error instanceof LockBusyError ? lockBusy : 1;
  }
  if (error instanceof InfrastructureError) {
    console.error(withoutControls(`error: ${error.message}${error.output ? `\n${error.output}` : ""}`));
    return 1;
  }
  console.error(error);
  return 1;
}

program.parseAsync().catch((error: unknown) => {
  process.exitCode = report(error);
});
