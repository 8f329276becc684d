import { join } from "node:path";
import { z } from "zod";
import { paths } from "../../config/paths.ts";
import { accountOf } from "../../runner/host/account.ts";
import { as } from "../../runner/host/command.ts";

const reportSchema = z.object({
  install: z.array(z.object({ metadata: z.object({ name: z.string(), version: z.string() }) })),
});

/** What a review waits for the package index at most. */
const limit = "15s";

interface Wanted {
  account: string;
  requirements: readonly string[];
  python: { version: string };
}

/**
 * What pip would install for these requirements, asked of the pip in use with nothing written: no cache, no downloads kept, and only
 * wheels, since a source distribution would have to be built to be asked.
 *
 * @param interpreter the one that the venv is made with; undefined where that is still to come: then its version alone counts.
 */
export async function resolve(
  { account: name, requirements, python }: Wanted,
  interpreter: string | undefined,
): Promise<{ versions: Record<string, string> } | { problem: string }> {
  if (requirements.length === 0) return { versions: {} };
  const account = await accountOf(name).catch(() => undefined);
  if (!account) return { problem: `there is no account ${name} yet to ask pip as` };
  const isolated = { PIP_NO_CACHE_DIR: "1", PIP_DISABLE_PIP_VERSION_CHECK: "1", PYTHONDONTWRITEBYTECODE: "1" };
  const version = interpreter === undefined ? ["--python-version", python.version] : ["--python", interpreter];
  const options = ["--no-input", "--quiet", "--dry-run", "--ignore-installed", "--only-binary", ":all:", "--report", "-"];
  const target = interpreter === undefined ? ["--target", "/nonexistent"] : [];
  const pip = [join(paths.venv, "bin/python"), "-m", "pip", ...(interpreter === undefined ? [] : version), "install", ...options];
  const command = [...pip, ...target, ...(interpreter === undefined ? version : []), ...requirements];
  const asked = await as(account, isolated)({ nothrow: true, timeout: limit })`${command}`;
  if (asked.exitCode === null) return { problem: `the package index did not answer within ${limit}` };
  if (asked.exitCode !== 0) return { problem: `pip says ${asked.stderr.trim().split("\n").at(-1) ?? "nothing"}` };
  const { install } = reportSchema.parse(JSON.parse(asked.stdout));
  return { versions: Object.fromEntries(install.map(({ metadata }) => [normalised(metadata.name), metadata.version])) };
}

/** Package names as PEP 503 compares them. */
export function normalised(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}
