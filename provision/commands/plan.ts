import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Config } from "../../config/schema.ts";
import { unmatched } from "../../config/unmatched.ts";
import { UserError } from "../../config/user-error.ts";
import { readReports, type HostReport } from "../review/host-report.ts";
import { configurationChanges } from "../review/configuration.ts";
import { documentOf } from "../review/document.ts";
import { markdownOf } from "../review/markdown.ts";
import { isToDo, reviewOf, verdictOf, type Known } from "../review/review.ts";
import { textOf } from "../review/text.ts";
import { calledWithOptions, parsedCommand } from "./command.ts";
import { appliedConfigurations, declaredBy } from "./applied.ts";
import { engineEnvironment } from "../engine/environment.ts";
import { withNamedKeys } from "../engine/named-keys.ts";
import { errorsIn } from "../engine/preview-errors.ts";
import { commandFor, type Choice } from "../engine/configuration-choice.ts";
import { requireEngine, runEngine } from "../engine/run.ts";
import { savedPlan } from "../engine/saved-plan.ts";
import { configurationIn, prepareConfigured } from "../engine/stacks.ts";
import { clearLine, showsColour } from "../../runner/text/terminal.ts";

interface Options {
  stack?: string;
  out?: string;
  json?: true;
  offline?: true;
  verbose?: true;
}

/** Shows the changes that `up` would make and their impact on the timeline. */
export const command = parsedCommand({
  called: calledWithOptions("plan"),
  summary: "show what up would change, and its impact on the timeline",
  about: "Changes nothing.",
  exitCodes: "0 nothing to do, 1 failed or `up` would fail, 2 usage or configuration, 3 changes",
  define: (planning) =>
    planning
      .argument("[configuration]", "a YAML file, such as config/yours.yaml; optional if there is only one")
      .option("--stack <name>", "the stack; default: the name of the file")
      .option("--out <file>", "also write the plan to a file, as Markdown for a pull request")
      .option("--json", "print the plan as JSON")
      .option("--offline", "compare only the configurations, without connecting to the hosts; saves no plan")
      .option("--verbose", "show every setting and package of a new host, including defaults and dependencies"),
  action: plan,
});

async function plan(configFile: string | undefined, options: Options): Promise<number> {
  requireEngine();
  const environment = await engineEnvironment();
  const chosen = prepareConfigured({ verb: "preview", configFile, stack: options.stack }, environment, "plan");
  const { stack } = chosen;
  const config = configurationIn(chosen.file);
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-review-"));
  try {
    const [applied, reports] = await Promise.all([
      readApplied(stack, environment),
      options.offline
        ? []
        : preview(stack, config, { ...(await withNamedKeys(chosen.file, environment)), EVENKEEL_REVIEW: folder }, folder),
    ]);
    const review = reviewOf(knownHosts(config, applied, reports));
    const toDo = review.hosts.some(isToDo);
    const obstacles = review.hosts.reduce((count, section) => count + section.obstacles.length, 0);
    if (obstacles > 0) await savedPlan(stack).remove();
    else if (!options.offline) await savedPlan(stack).write(recordOf(config, reports));
    const next = nextOf(chosen, { isOffline: options.offline === true, isBlocked: obstacles > 0, toDo });
    const document = documentOf(review, next, new Date());
    if (options.out !== undefined) await writeFile(resolve(process.env["INIT_CWD"] ?? ".", options.out), markdownOf(document));
    const verdicts = review.hosts.map((section) => ({ ...section, verdict: verdictOf(section) }));
    if (options.json) console.log(JSON.stringify({ changes: toDo, obstacles, hosts: verdicts }, null, 2));
    else process.stdout.write(textOf(document, showsColour(process.stdout, process.env), options.verbose));
    return obstacles > 0 ? 1 : toDo ? 3 : 0;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Returns lines about the next step. */
function nextOf(chosen: Choice, { isOffline, isBlocked, toDo }: { isOffline: boolean; isBlocked: boolean; toDo: boolean }): string[] {
  if (isOffline) return ["run it without --offline to check the hosts and save a plan"];
  if (isBlocked) return [`no plan was saved: fix what each "up would fail" names, then run ${commandFor("plan", chosen)}`];
  return toDo ? [commandFor("apply", chosen)] : [];
}

/** Reads the last applied configuration of each host from Pulumi's state. */
async function readApplied(stack: string, environment: NodeJS.ProcessEnv): Promise<Map<string, unknown>> {
  let state = "";
  let errors = "";
  const options = { output: (text: string) => (state += text), errors: (text: string) => (errors += text) };
  const { exitCode } = await runEngine(["stack", "export", "--show-secrets", "--stack", stack, "--non-interactive"], environment, options);
  if (exitCode !== 0) throw new UserError(`pulumi stack export failed:\n${errors.trim()}`, "see pulumi's message above");
  return appliedConfigurations(JSON.parse(state));
}

/** Runs Pulumi's preview, which saves the plan. Returns the program's report about each host. */
async function preview(stack: string, config: Config, environment: NodeJS.ProcessEnv, folder: string): Promise<HostReport[]> {
  const saved = savedPlan(stack);
  await saved.prepare();
  const isWatched = process.stderr.isTTY;
  const hosts = config.hosts.map(({ name }) => name);
  if (isWatched) process.stderr.write(`checking ${hosts.join(", ")} …\r`);
  let output = "";
  let errors = "";
  const args = ["preview", "--stack", stack, "--save-plan", saved.file, "--json", "--non-interactive"];
  const { exitCode } = await runEngine(args, environment, { output: (text) => (output += text), errors: (text) => (errors += text) });
  if (isWatched) process.stderr.write(clearLine);
  if (exitCode === 0) return readReports(folder, hosts);
  await saved.remove();
  const { message, hint } = errorsIn(output, errors);
  throw new UserError(message, hint);
}

function knownHosts(config: Config, applied: ReadonlyMap<string, unknown>, reports: readonly HostReport[]): Known[] {
  const declared = new Map(Object.entries(declaredBy(config)));
  return [...new Set([...declared.keys(), ...applied.keys()])].map((host) => {
    const report = reports.find((one) => one.host === host);
    const names = config.suite.adapter === "command" ? config.suite.benchmarks.map(({ name }) => name) : report?.review?.listed;
    return {
      host,
      applied: applied.get(host),
      declared: declared.get(host),
      changes: declared.has(host) ? configurationChanges(applied.get(host), declared.get(host)) : [],
      warnings: names && declared.has(host) ? unmatched(config, names) : [],
      report,
    };
  });
}

function recordOf(config: Config, reports: readonly HostReport[]): { declared: Record<string, unknown>; reports: Record<string, unknown> } {
  return { declared: declaredBy(config), reports: Object.fromEntries(reports.map((one) => [one.host, one])) };
}
