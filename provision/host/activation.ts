import { readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { paths } from "../../config/paths.ts";
import { UserError } from "../../config/user-error.ts";
import { linkAtomically, writeAtomically } from "../../runner/host/atomic.ts";
import { asRoot } from "../../runner/host/command.ts";
import { detectEnvironment } from "../../runner/host/environment.ts";
import type { Environment } from "../../runner/model.ts";
import { bundleFolder } from "./bundle.ts";
import { sorted, type Finding, type Kind } from "./kind.ts";
import { venvPrefix, venvSpec } from "./venv.ts";

const spec = z.strictObject({
  /** Content of the bundle that cron shall run. */
  bundle: z.string(),
  venv: venvSpec,
  compiler: z.string(),
});
type Spec = z.infer<typeof spec>;

/** The one step that changes what the schedule uses: symlinks to bundle and venv, and the environment record. */
export const activation: Kind<Spec> = {
  spec,
  async check(wanted) {
    const findings: Finding[] = [];
    for (const [link, target] of await linksOf(wanted)) {
      const is = await readlink(link).catch(() => "missing");
      if (is !== target) findings.push({ what: link, is, shouldBe: target });
    }
    findings.push(...(await checkCompiler(wanted.compiler)));
    if (findings.length > 0) return findings;
    const recorded = await readFile(paths.environment, "utf8").catch(() => undefined);
    const now = await detectEnvironment(join(paths.venv, "bin/python"), wanted.compiler);
    return recorded === undefined
      ? [{ what: paths.environment, is: "missing", shouldBe: `environment ${now.id}` }]
      : compareRecords(JSON.parse(recorded), now);
  },

  async apply(wanted) {
    const [missing] = await checkCompiler(wanted.compiler);
    if (missing?.hint) throw new UserError(`${missing.what} is missing on this host`, missing.hint);
    for (const [link, target] of await linksOf(wanted)) await linkAtomically(target, link);
    const environment = await detectEnvironment(join(paths.venv, "bin/python"), wanted.compiler);
    await writeAtomically(paths.environment, `${JSON.stringify(sorted(environment), null, 2)}\n`);
  },

  async observe(wanted) {
    return { environment: (await detectEnvironment(join(paths.venv, "bin/python"), wanted.compiler)).id };
  },
};

async function checkCompiler(compiler: string): Promise<Finding[]> {
  if ((await asRoot({ nothrow: true })`command -v ${compiler}`).exitCode === 0) return [];
  const hint = "add its package to `packages:`, or write another command under measure.compiler";
  return [{ what: `compiler ${compiler}`, is: "missing", shouldBe: "installed", hint }];
}

async function linksOf(wanted: Spec): Promise<[string, string][]> {
  const prefix = await venvPrefix(wanted.venv);
  if (prefix === undefined)
    throw new UserError(`Python ${wanted.venv.python.version} is missing`, "run `pulumi up`: it installs Python before it activates it");
  return [
    [paths.venv, prefix],
    [paths.current, bundleFolder(wanted.bundle)],
    [paths.command, `${paths.current}/evenkeel`],
  ];
}

function compareRecords(recorded: unknown, now: Environment): Finding[] {
  const was = z.record(z.string(), z.unknown()).catch({}).parse(recorded);
  return Object.entries(now)
    .filter(([key, value]) => JSON.stringify(sorted(was[key])) !== JSON.stringify(sorted(value)))
    .map(([key, value]) => ({
      what: `environment ${key}`,
      is: JSON.stringify(sorted(value)),
      shouldBe: JSON.stringify(sorted(was[key])) ?? "not recorded",
    }));
}
