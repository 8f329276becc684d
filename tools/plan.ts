// `npm run plan`: what `up` would do and what that means for the timeline, before anything is touched.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { ConfigError } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { unmatched } from "../config/unmatched.ts";
import { UserError } from "../config/user-error.ts";
import { readReports, type HostReport } from "../provision/host-report.ts";
import { configurationChanges } from "../provision/review/configuration.ts";
import { documentOf } from "../provision/review/document.ts";
import { markdownOf } from "../provision/review/markdown.ts";
import { isToDo, reviewOf, verdictOf, type Known } from "../provision/review/review.ts";
import { textOf } from "../provision/review/text.ts";
import { appliedConfigurations, declaredBy } from "./applied.ts";
import { engineEnvironment } from "./engine-environment.ts";
import { withNamedKeys } from "./named-keys.ts";
import { errorsIn } from "./preview.ts";
import { requireEngine, runEngine } from "./run-engine.ts";
import { savedPlan } from "./saved-plan.ts";
import { configurationOf, prepareStack } from "./stacks.ts";
import { parseArguments } from "./engine-arguments.ts";

interface Options {
  stack?: string;
  out?: string;
  json?: true;
  offline?: true;
}

const program = new Command("npm run plan --")
  .description("What `up` would change on each host, and what that means for the timeline. Touches nothing.")
  .argument("[configuration]", "a YAML file, such as config/mypyc.yaml; the stack's own if not given")
  .option("--stack <name>", "the stack; named after the file if not given")
  .option("--out <file>", "write it as Markdown too, for a pull request")
  .option("--json", "print it as JSON")
  .option("--offline", "compare the configurations alone: no host is looked at, nothing can be applied")
  .addHelpText("after", "\nExit codes: 0 nothing to do, 1 failed, 2 usage or configuration, 3 changes.")
  .exitOverride()
  .showSuggestionAfterError()
  .action(async (configFile: string | undefined, options: Options) => {
    process.exitCode = await plan(configFile, options);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof UserError)) throw error;
  console.error(`${error.message}\n  ${error.hint}`);
  return error instanceof ConfigError ? 2 : 1;
}

async function plan(configFile: string | undefined, options: Options): Promise<number> {
  requireEngine();
  const environment = await engineEnvironment();
  const given = [...(configFile === undefined ? [] : [configFile]), ...(options.stack === undefined ? [] : ["--stack", options.stack])];
  const stack = prepareStack(parseArguments(["preview", ...given]) ?? usage(), environment) ?? usage();
  const config = configurationOf(stack);
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-review-"));
  try {
    const [applied, reports] = await Promise.all([
      readApplied(stack, environment),
      options.offline ? [] : preview(stack, config, { ...(await withNamedKeys(stack, environment)), EVENKEEL_REVIEW: folder }, folder),
    ]);
    const review = reviewOf(knownHosts(config, applied, reports));
    const toDo = review.hosts.some(isToDo);
    const next = options.offline
      ? ["run it without --offline, which looks at the hosts and saves a plan"]
      : toDo
        ? [applyCommand(configFile, stack)]
        : [];
    if (!options.offline) await savedPlan(stack).write(recordOf(config, reports));
    const document = documentOf(review, next, new Date());
    if (options.out !== undefined) await writeFile(resolve(process.env["INIT_CWD"] ?? ".", options.out), markdownOf(document));
    const verdicts = review.hosts.map((section) => ({ ...section, verdict: verdictOf(section) }));
    if (options.json) console.log(JSON.stringify({ changes: toDo, hosts: verdicts }, null, 2));
    else process.stdout.write(textOf(document, process.stdout.isTTY && process.env["NO_COLOR"] === undefined));
    return toDo ? 3 : 0;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function usage(): never {
  throw new UserError("which stack?", "name a configuration file: npm run plan -- config/mypyc.yaml");
}

/** What was declared to each host last. */
async function readApplied(stack: string, environment: NodeJS.ProcessEnv): Promise<Map<string, unknown>> {
  let state = "";
  let said = "";
  const options = { output: (text: string) => (state += text), errors: (text: string) => (said += text) };
  const { exitCode } = await runEngine(["stack", "export", "--show-secrets", "--stack", stack, "--non-interactive"], environment, options);
  if (exitCode !== 0) throw new UserError(`pulumi stack export failed:\n${said.trim()}`, "see pulumi's message above");
  return appliedConfigurations(JSON.parse(state));
}

/** Pulumi's own preview, which saves the plan. Returns what the program saw of each host. */
async function preview(stack: string, config: Config, environment: NodeJS.ProcessEnv, folder: string): Promise<HostReport[]> {
  const saved = savedPlan(stack);
  await saved.prepare();
  const isWatched = process.stderr.isTTY;
  const hosts = config.hosts.map(({ name }) => name);
  if (isWatched) process.stderr.write(`looking at ${hosts.join(", ")} …\r`);
  let printed = "";
  const args = ["preview", "--stack", stack, "--save-plan", saved.file, "--json", "--non-interactive"];
  const { exitCode } = await runEngine(args, environment, { output: (text) => (printed += text), errors: (text) => (printed += text) });
  if (isWatched) process.stderr.write("\u001B[K");
  if (exitCode === 0) return readReports(folder, hosts);
  await saved.remove();
  const { message, hint } = errorsIn(printed);
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
      warnings: names && declared.has(host) ? unmatched(config.measure, names) : [],
      report,
    };
  });
}

function recordOf(config: Config, reports: readonly HostReport[]): { declared: Record<string, unknown>; reports: Record<string, unknown> } {
  return { declared: declaredBy(config), reports: Object.fromEntries(reports.map((one) => [one.host, one])) };
}

function applyCommand(configFile: string | undefined, stack: string): string {
  return `npm run apply -- ${configFile ?? `--stack ${stack}`}`;
}
