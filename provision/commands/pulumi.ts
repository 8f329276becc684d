import { commandFor } from "../engine/configuration-choice.ts";
import type { AdminCommand } from "./command.ts";
import { printEnding } from "./end-of-up.ts";
import { commandOf, parseArguments } from "../engine/arguments.ts";
import { engineEnvironment } from "../engine/environment.ts";
import { helpOf, summaryOf, usage } from "../engine/help.ts";
import { withNamedKeys } from "../engine/named-keys.ts";
import { requireEngine, runEngine, unlock } from "../engine/run.ts";
import { configurationIn, prepareStack } from "../engine/stacks.ts";

/** Pulumi's commands that are also commands of Evenkeel. */
export const up = engineCommand("up");
export const preview = engineCommand("preview");
export const destroy = engineCommand("destroy");

/** Runs any other command of Pulumi. */
export const pulumi: AdminCommand = { summary: "run any command of Pulumi", run: runPulumi };

function engineCommand(verb: "up" | "preview" | "destroy"): AdminCommand {
  return { summary: summaryOf(verb), run: (args) => runPulumi([verb, ...args]) };
}

/** Runs a command of Pulumi, such as `up FILE`, in this project's environment. Returns its exit code. */
async function runPulumi(args: readonly string[]): Promise<number> {
  const asked = parseArguments(args);
  if (asked === undefined) {
    console.error(usage());
    return 2;
  }
  const help = asked.verb === "--help" || asked.verb === "-h" ? usage() : asked.isHelp ? helpOf(asked.verb) : undefined;
  if (help !== undefined) {
    console.log(help);
    return 0;
  }
  requireEngine();
  const environment = await engineEnvironment();
  const prepared = prepareStack(asked, environment, commandOf(asked.verb));
  const chosen = prepared === undefined ? [] : ["--stack", prepared.stack];
  const wishes = { ...(asked.isInterrupting && { EVENKEEL_INTERRUPT: "1" }), ...(asked.isVerbose && { EVENKEEL_VERBOSE: "1" }) };
  const ended = await runEngine([asked.verb, ...chosen, ...asked.rest], {
    ...(await withNamedKeys(prepared?.file, environment)),
    ...wishes,
  });
  if (ended.wasCutOff && prepared !== undefined) unlock(prepared.stack, environment);
  const hasSucceeded = ended.exitCode === 0;
  const verb = asked.verb === "up" ? "up" : asked.verb === "preview" && !hasSucceeded ? "preview" : undefined;
  if (verb !== undefined && prepared?.file !== undefined && !ended.wasCutOff && !asked.rest.includes("--json")) {
    const choice = { stack: prepared.stack, file: prepared.file };
    await printEnding(configurationIn(choice.file), choice.stack, { hasSucceeded, next: commandFor(verb, choice), verb });
  }
  return ended.exitCode;
}
