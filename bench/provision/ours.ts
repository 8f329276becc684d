import { readFile, writeFile } from "node:fs/promises";
import * as z from "zod";
import { pulumi, startTool, type EngineRun, type Stack } from "../../lab/stack.ts";
import { changesOfPulumi, type Changes } from "./summaries.ts";

/** Something that is timed. @throws where it does anything but what its name says. */
export type Timed = () => Promise<number>;

export interface Ours {
  /** What `npm run up` starts. */
  up: Timed;
  /** The same by Pulumi itself. */
  pulumiUp: Timed;
  pulumiPreview: Timed;
  /** What `npm run plan` starts. */
  plan: Timed;
  /** The same with one setting changed. */
  changedPlan: Timed;
}

const quietly = ["--non-interactive", "--color", "never"];
/** Exit codes of `npm run plan`. */
const nothingToDo = 0;
const changesToDo = 3;

export function ours(stack: Stack): Ours {
  const plan = async (exitCode: number): Promise<number> => {
    const run = await (await startTool(stack, "plan", ["--stack", stack.name])).done;
    if (run.exitCode !== exitCode) throw new Error(`plan ended with ${run.exitCode}, not ${exitCode}:\n${run.output}`);
    return run.seconds;
  };
  return {
    up: async () => secondsOfNoOp(await upByTool(stack)),
    pulumiUp: async () => secondsOfNoOp(await pulumi(stack, ["up", "--stack", stack.name, "--yes", "--skip-preview"])),
    pulumiPreview: async () => secondsOfNoOp(await pulumi(stack, ["preview", "--stack", stack.name])),
    plan: () => plan(nothingToDo),
    changedPlan: () => withOneChange(stack.configFile, () => plan(changesToDo)),
  };
}

/** A no-op `up` as `npm run up` starts it. @param changes of its environment. */
export async function upByTool(stack: Stack, changes: Record<string, string> = {}): Promise<EngineRun> {
  return (await startTool(stack, "up", ["--stack", stack.name, "--yes", "--skip-preview", ...quietly], changes)).done;
}

export function secondsOfNoOp({ exitCode, output, seconds }: EngineRun): number {
  if (exitCode !== 0) throw new Error(`pulumi ended with ${exitCode}:\n${output}`);
  refuseChanges("pulumi", changesOfPulumi(output));
  return seconds;
}

/** @throws for a run that should have changed nothing, with what it changed. */
export function refuseChanges(tool: string, changes: Changes): void {
  if (changes.length > 0) throw new Error(`${tool} should have had nothing to do, and changed: ${changes.join(", ")}`);
}

const configuration = z.looseObject({ measure: z.looseObject({ samples: z.number() }) });

/** With a sample more in the configuration, which is put back. */
async function withOneChange<T>(file: string, work: () => Promise<T>): Promise<T> {
  const text = await readFile(file, "utf8");
  const config = configuration.parse(JSON.parse(text));
  await writeFile(file, JSON.stringify({ ...config, measure: { ...config.measure, samples: config.measure.samples + 1 } }));
  try {
    return await work();
  } finally {
    await writeFile(file, text);
  }
}
