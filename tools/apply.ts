// `npm run apply`: exactly the plan that `npm run plan` saved, or nothing.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { ConfigError } from "../config/load.ts";
import { UserError } from "../config/user-error.ts";
import { readReports } from "../provision/host-report.ts";
import { changedSince } from "../provision/review/changed-since.ts";
import { declaredBy } from "./applied.ts";
import { parseArguments } from "./engine-arguments.ts";
import { engineEnvironment } from "./engine-environment.ts";
import { withNamedKeys } from "./named-keys.ts";
import { requireEngine, runEngine, unlock } from "./run-engine.ts";
import { PassedOn } from "./passed-on.ts";
import { savedPlan } from "./saved-plan.ts";
import { configurationOf, prepareStack } from "./stacks.ts";

const program = new Command("npm run apply --")
  .description("Applies exactly the plan that `npm run plan` saved; refuses where anything changed since.")
  .argument("[configuration]", "the file that was planned; the stack's own if not given")
  .option("--stack <name>", "the stack; named after the file if not given")
  .option("--interrupt", "stop what is measured at its next block instead of waiting; the next run resumes it")
  .addHelpText("after", "\nExit codes: 0 applied, 1 failed or refused, 2 usage or configuration.")
  .exitOverride()
  .showSuggestionAfterError()
  .action(async (configFile: string | undefined, options: { stack?: string; interrupt?: true }) => {
    process.exitCode = await apply(configFile, options.stack, options.interrupt ?? false);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof UserError) {
    console.error(`${error.message}\n  ${error.hint}`);
    process.exitCode = error instanceof ConfigError ? 2 : 1;
  } else throw error;
}

async function apply(configFile: string | undefined, given: string | undefined, isInterrupting: boolean): Promise<number> {
  requireEngine();
  const environment = await engineEnvironment();
  const args = [...(configFile === undefined ? [] : [configFile]), ...(given === undefined ? [] : ["--stack", given])];
  const asked = parseArguments(["up", ...args]);
  const stack = asked && prepareStack(asked, environment);
  if (stack === undefined) throw new UserError("which stack?", "name a configuration file: npm run apply -- config/mypyc.yaml");
  const saved = savedPlan(stack);
  const record = await saved.read();
  if (!record) throw new UserError(`there is no plan for ${stack}`, `make one: npm run plan -- ${configFile ?? `--stack ${stack}`}`);
  const config = configurationOf(stack);
  const now = declaredBy(config);
  refuse(changedSince(record, { declared: now, reports: {} }), configFile, stack);

  const folder = await mkdtemp(join(tmpdir(), "evenkeel-apply-"));
  try {
    const passed = new PassedOn(console.log);
    // With its preview: without, Pulumi would apply what comes first before it refuses what does not fit.
    const up = ["up", "--plan", saved.file, "--yes", "--stack", stack, "--color", process.stdout.isTTY ? "always" : "never"];
    const hear = { output: (text: string) => passed.add(text), errors: (text: string) => passed.add(text) };
    const { exitCode, wasCutOff } = await runEngine(
      up,
      { ...(await withNamedKeys(stack, environment)), EVENKEEL_REVIEW: folder, ...(isInterrupting && { EVENKEEL_INTERRUPT: "1" }) },
      hear,
    );
    passed.end();
    if (wasCutOff) unlock(stack, environment);
    if (!passed.isViolated) {
      if (exitCode === 0) await saved.remove();
      return exitCode;
    }
    const reports = await readReports(folder, Object.keys(now));
    const changes = changedSince(record, { declared: now, reports: Object.fromEntries(reports.map((one) => [one.host, one])) });
    refuse(changes.length > 0 ? changes : ["something that the plan does not know"], configFile, stack);
    return 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @throws UserError where anything changed. */
function refuse(changes: readonly string[], configFile: string | undefined, stack: string): void {
  if (changes.length === 0) return;
  throw new UserError(
    `the plan is not applied, and nothing was changed; since it was made:\n${changes.map((line) => `  ${line}`).join("\n")}`,
    `review it anew: npm run plan -- ${configFile ?? `--stack ${stack}`}`,
  );
}
