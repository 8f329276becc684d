import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine } from "../../config/command-line.ts";
import { UserError } from "../../config/user-error.ts";
import { readReports } from "../review/host-report.ts";
import { changedSince } from "../review/changed-since.ts";
import { calledWithOptions, parsedCommand } from "./command.ts";
import { declaredBy } from "./applied.ts";
import { commandFor } from "../engine/configuration-choice.ts";
import { engineEnvironment } from "../engine/environment.ts";
import { withNamedKeys } from "../engine/named-keys.ts";
import { printEnding } from "./end-of-up.ts";
import { requireEngine, runEngine, unlock } from "../engine/run.ts";
import { PassedOn } from "../engine/passed-on.ts";
import { savedPlan } from "../engine/saved-plan.ts";
import { configurationIn, prepareConfigured } from "../engine/stacks.ts";
import { showsColour } from "../../runner/text/terminal.ts";

/** Applies exactly the plan that `plan` saved. Applies nothing if something changed since. */
export const command = parsedCommand({
  called: calledWithOptions("apply"),
  summary: `apply exactly the plan that \`${commandLine("plan")}\` saved`,
  about: "Applies nothing if anything changed since.",
  exitCodes: "0 applied, 1 failed or refused, 2 usage or configuration",
  define: (applying) =>
    applying
      .argument("[configuration]", "the file that was planned; optional if there is only one")
      .option("--stack <name>", "the stack; default: the name of the file")
      .option("--interrupt", "stop a measurement at its next block instead of waiting; the next run resumes it"),
  action: (configFile: string | undefined, options: { stack?: string; interrupt?: true }) =>
    apply(configFile, options.stack, options.interrupt ?? false),
});

async function apply(configFile: string | undefined, given: string | undefined, isInterrupting: boolean): Promise<number> {
  requireEngine();
  const environment = await engineEnvironment();
  const chosen = prepareConfigured({ verb: "up", configFile, stack: given }, environment, "apply");
  const { stack } = chosen;
  const planning = commandFor("plan", chosen);
  const saved = savedPlan(stack);
  const record = await saved.read();
  if (!record) throw new UserError(`stack ${stack} has no saved plan`, `save one: ${planning}`);
  const config = configurationIn(chosen.file);
  const now = declaredBy(config);
  refuse(changedSince(record, { declared: now, reports: {} }), planning);

  const folder = await mkdtemp(join(tmpdir(), "evenkeel-apply-"));
  try {
    const passed = new PassedOn(console.log);
    // With its preview: without it, Pulumi would apply the first resources before it rejects one that violates the plan.
    const up = [
      "up",
      "--plan",
      saved.file,
      "--yes",
      "--stack",
      stack,
      "--color",
      showsColour(process.stdout, process.env) ? "always" : "never",
    ];
    const listeners = { output: (text: string) => passed.add(text), errors: (text: string) => passed.add(text) };
    const { exitCode, wasCutOff } = await runEngine(
      up,
      { ...(await withNamedKeys(chosen.file, environment)), EVENKEEL_REVIEW: folder, ...(isInterrupting && { EVENKEEL_INTERRUPT: "1" }) },
      listeners,
    );
    passed.end();
    if (wasCutOff) unlock(stack, environment);
    if (!passed.isViolated) {
      if (exitCode === 0) await saved.remove();
      if (!wasCutOff) await printEnding(config, stack, { hasSucceeded: exitCode === 0, next: planning });
      return exitCode;
    }
    const reports = await readReports(folder, Object.keys(now));
    const changes = changedSince(record, { declared: now, reports: Object.fromEntries(reports.map((one) => [one.host, one])) });
    refuse(changes.length > 0 ? changes : ["changes that the plan does not contain"], planning);
    return 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Rejects the plan if there are changes. @throws UserError that lists them. */
function refuse(changes: readonly string[], planning: string): void {
  if (changes.length === 0) return;
  throw new UserError(
    `the plan was not applied, and nothing was changed; changes since it was saved:\n${changes.map((line) => `  ${line}`).join("\n")}`,
    `plan again: ${planning}`,
  );
}
