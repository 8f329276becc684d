import { byName } from "../../config/by-name.ts";
import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import { paths, sandboxAccount } from "../../config/paths.ts";
import { accountOf, type Account } from "../system/account.ts";
import { environmentOf } from "../system/command.ts";
import { runProcess, type ProcessResult } from "../system/process.ts";
import { inSandbox, type Mount } from "../system/sandbox.ts";
import { lastLines } from "../system/infrastructure.ts";
import { normalizedName } from "../text/package-name.ts";

const reportSchema = z.object({
  install: z.array(z.object({ metadata: z.object({ name: z.string(), version: z.string() }) })),
});

/** Longest wait of a review for the package index. */
const limitSeconds = 15;
/** Limits for installing packages: generous, but less than the whole machine. */
const limits = { memoryBytes: 16e9, processes: 1024, diskBytes: 20e9 };

interface Installing {
  /** Paths that are mounted read-only at the same place: interpreters and venvs. */
  readOnly: readonly string[];
  mounts: readonly Mount[];
  timeoutSeconds: number;
}

/** Runs an installer in a sandbox with a network, because packages run foreign code when they are installed. */
export async function installing(account: Account, command: readonly string[], how: Installing): Promise<ProcessResult> {
  const { readOnly, mounts, timeoutSeconds } = how;
  const sandbox = {
    readOnly,
    mounts,
    cwd: "/tmp",
    network: true,
    limits,
    environment: { ...environmentOf(account), HOME: "/tmp" },
  };
  const [folder] = mounts;
  const disk = folder && { folder: folder.from, limitBytes: limits.diskBytes };
  return runProcess(inSandbox(sandbox, command), { account, timeoutSeconds, ...(disk && { disk }) });
}

interface Wanted {
  requirements: readonly string[];
  python: { version: string };
}

/**
 * Resolves requirements with the pip in use, without writing anything. Accepts wheels only, since a source distribution would have to be
 * built for its metadata.
 *
 * @param interpreter interpreter of the future venv; undefined if it is not installed yet: only its version counts then.
 */
export async function resolve(
  { requirements, python }: Wanted,
  interpreter: string | undefined,
): Promise<{ versions: Record<string, string> } | { problem: string }> {
  if (requirements.length === 0) return { versions: byName() };
  const account = await accountOf(sandboxAccount).catch(() => undefined);
  const venv = await realpath(paths.venv).catch(() => undefined);
  if (!account || !venv) return { problem: "the host has no venv yet, so pip is not available" };
  const version = interpreter === undefined ? ["--python-version", python.version] : ["--python", interpreter];
  const options = [
    "--no-cache-dir",
    "--disable-pip-version-check",
    "--no-input",
    "--quiet",
    "--dry-run",
    "--ignore-installed",
    "--only-binary",
    ":all:",
    "--report",
    "-",
  ];
  const target = interpreter === undefined ? ["--target", "/nonexistent"] : [];
  const python3 = join(venv, "bin/python");
  const pip = [python3, "-m", "pip", ...(interpreter === undefined ? [] : version), "install", ...options];
  const command = [...pip, ...target, ...(interpreter === undefined ? version : []), ...requirements];
  const readOnly = [venv, ...(await homesOf([python3, interpreter]))];
  const asked = await installing(account, command, { readOnly, mounts: [], timeoutSeconds: limitSeconds });
  if (asked.killed) return { problem: `the package index did not answer within ${limitSeconds} s` };
  if (asked.exitCode !== 0)
    return { problem: `pip failed: ${lastLines({ stdout: "", stderr: asked.stderr }).split("\n").at(-1) || "no output"}` };
  const { install } = reportSchema.parse(JSON.parse(asked.stdout));
  return { versions: byName(install.map(({ metadata }) => [normalizedName(metadata.name), metadata.version] as const)) };
}

/** Returns the prefixes of interpreters, without the distribution's `/usr`. */
export async function homesOf(interpreters: readonly (string | undefined)[]): Promise<string[]> {
  const homes = await Promise.all(
    interpreters
      .filter((one) => one !== undefined)
      .map(async (one) => dirname(dirname(await realpath(one).catch(() => "/usr/bin/python3")))),
  );
  return [...new Set(homes)].filter((home) => home !== "/usr");
}
