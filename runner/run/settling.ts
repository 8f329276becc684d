import { paths } from "../../config/paths.ts";
import { shortHash } from "../suites/fingerprint.ts";
import { setupOf } from "../build/setup.ts";
import type { InfrastructureError } from "../system/infrastructure-error.ts";
import { describeSubject } from "../text/subjects.ts";
import type { Interrupted } from "../measure/session.ts";
import { storeFailure, type Done, type Unmeasured } from "./storing.ts";
import type { WorkItem } from "../model.ts";
import { isSettled, measuredWith, triedAgainAt, type Problem } from "../progress/problems.ts";
import { counted, minuteOf } from "../text/quantities.ts";
import type { RunnerContext } from "../runner-context.ts";
import { readSession } from "../store/sessions.ts";

/** An item that an infrastructure error stopped. */
interface Stopped {
  item: WorkItem;
  problem: Problem;
  error: InfrastructureError;
  /** Outcome of the item, if the error stopped only some of its benchmarks. */
  done: Done | undefined;
}

/**
 * Stores an error that has stopped a revision for days as its failure, so that retries end. Returns undefined while the error may still be
 * the machine's. Baselines are always retried: nothing can be compared without them.
 */
export async function settle({ item, problem, error, done }: Stopped, context: RunnerContext): Promise<Done | undefined> {
  if (item.subject.kind === "baseline") return undefined;
  const isOver = isSettled(problem, {
    now: new Date().toISOString(),
    isRevisions: error.stage !== undefined,
    lastMeasured: (await context.problems.read()).lastMeasured,
    isFetched: context.problems.failing("fetch").every(({ about }) => about !== paths.target),
  });
  if (!isOver) return undefined;
  const message = `${problem.reason} (the last of ${problem.times} attempts since ${minuteOf(problem.since)})`;
  const failure = { stage: error.stage ?? "prepare", message, output: error.output };
  context.log(`${describeSubject(item.subject)}: stored as a failure: ${message}`);
  const stored = await storeFailure(item, done ? await unmeasured(done, message, context) : { failure }, context);
  await context.problems.note({ kind: "measure", about: problem.about }, undefined);
  return stored;
}

/** Returns the interrupted benchmarks as failures. */
async function unmeasured({ session, interrupted }: Done, message: string, { results }: RunnerContext): Promise<Unmeasured> {
  const listed = (await readSession(results.root, session))?.listed ?? [];
  const workloads = new Map(listed.map(({ name, workload }) => [name, workload]));
  const failed = interrupted.map(({ benchmark, variant }) => {
    return { benchmark, variant, workload: workloads.get(benchmark) ?? "", stage: "run" as const, message, output: "" };
  });
  return { failed, listed };
}

export function interruptionText({ benchmark, cause }: Interrupted): string {
  return `${benchmark}: ${cause}`;
}

/** Returns the hash of the configuration that decides whether items can be measured: commands, and the settings of the suite. */
export function setupOfItems({ config }: RunnerContext): string {
  return shortHash([setupOf(config), config.suite]);
}

/** Removes the infrastructure errors of an earlier configuration, so that their items are retried at once. */
export async function forgetCorrected(context: RunnerContext): Promise<void> {
  const { problems } = context;
  await problems.keepOnly("measure", measuredWith((await problems.read()).open, setupOfItems(context)));
}

/** Returns the items that infrastructure errors have not postponed. */
export async function withoutPostponed(items: readonly WorkItem[], { problems, log }: RunnerContext): Promise<WorkItem[]> {
  const now = new Date().toISOString();
  const { open } = await problems.read();
  const postponed = new Set(open.filter((one) => one.kind === "measure" && triedAgainAt(one) > now).map(({ about }) => about));
  const ready = items.filter(({ subject }) => !postponed.has(describeSubject(subject)));
  if (ready.length === 0 && items.length > 0)
    log(`${counted(items.length, "item")} postponed after infrastructure errors: see \`evenkeel status\``);
  return ready;
}
