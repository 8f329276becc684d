import type { Command } from "commander";
import type { HostConfig } from "../../config/schema.ts";
import type { WorkItem } from "../model.ts";
import { readDurations } from "../progress/durations.ts";
import { screenOf } from "../progress/screen.ts";
import { knownNames } from "../queue/listing-text.ts";
import { pausedSince, readPause } from "../run/pause.ts";
import { queueOf } from "../queue/planned.ts";
import { readState } from "../queue/state.ts";
import type { RunOptions, RunResult } from "../run/run-options.ts";
import { run } from "../run/run.ts";
import { dated, openRunnerContext, report, logToStderr } from "../runner-context.ts";
import { busyExit, hostCommand, print, sharedOptions, stopSignal, unreachableExit, waitSeconds } from "./command.ts";
import { queueText, withExpected } from "./selection.ts";

/** Options of every command that measures. */
export interface MeasuringOptions {
  dryRun?: true;
  publish: boolean;
  wait: boolean;
  json?: true;
  maxMinutes?: number;
}

/** Returns a command that measures, with the options of all such commands. */
export function measuringCommand(definition: Parameters<typeof hostCommand>[0]): Command {
  return hostCommand({ ...definition, exitCodes: [...(definition.exitCodes ?? []), unreachableExit, busyExit] })
    .option("--dry-run", "print what would be measured, and do nothing")
    .option(...sharedOptions.noPublish)
    .option(...sharedOptions.noWait)
    .option(...sharedOptions.json);
}

type Work = MeasuringOptions & Pick<RunOptions, "command" | "next" | "reopened" | "failsWithSubject"> & { cron?: boolean };

/**
 * Performs the work of a command that measures, and sets the exit code. Returns undefined after a dry run.
 * @param work options, and the command's name without `evenkeel`.
 */
export async function measureItems(work: Work): Promise<RunResult | undefined> {
  const { command, next, reopened, failsWithSubject = false, cron = false, publish, maxMinutes, json } = work;
  const signal = stopSignal();
  if (work.dryRun) {
    await printPlanned(work, signal);
    return undefined;
  }
  const screen = cron || json ? undefined : screenOf(process.stdout, process.env);
  if (screen) process.once("exit", () => screen.close());
  const result = await run({
    command: `evenkeel ${command}`,
    cron,
    publish,
    waitSeconds: waitSeconds(work),
    maxMinutes,
    failsWithSubject,
    signal,
    log: screen ? (line) => screen.log(dated(line)) : json ? logToStderr : report,
    ...(screen && { screen }),
    ...(next && { next }),
    ...(reopened && { reopened }),
  }).finally(() => screen?.close());
  if (json) console.log(JSON.stringify(result, null, 2));
  process.exitCode = result.exitCode;
  return result;
}

async function printPlanned({ next, json }: Work, signal: AbortSignal): Promise<void> {
  const context = await openRunnerContext(signal);
  const items = next ? await next(context, { allowBuild: false }) : queueOf(await readState(context, { allowBuild: false }));
  const pausing = await readPause();
  if (pausing) console.error(pausedSince(pausing));
  await printQueue(items, context.config, { ...(json && { json }) });
}

/** Prints items with their expected durations. */
export async function printQueue(
  items: readonly WorkItem[],
  { suite }: Pick<HostConfig, "suite">,
  options: { json?: true },
): Promise<void> {
  const names = options.json ? undefined : await knownNames(suite);
  print(withExpected(items, await readDurations()), options, (expected) => queueText(expected, names));
}
