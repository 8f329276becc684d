import type { Mount } from "../system/sandbox.ts";
import { InfrastructureError } from "../system/infrastructure-error.ts";
import { lastLines } from "../system/infrastructure.ts";
import { withLastLine } from "../system/last-line.ts";
import type { Failure } from "../model.ts";
import { inOneLine } from "../text/plain-text.ts";
import { probeIndexes } from "./index-probe.ts";
import { withoutLogin, type Indexes } from "./indexes.ts";
import { runSandboxed, stepFailure, type StepContext, type StepResult } from "../system/sandboxed-step.ts";

/** Interpreter and folders of one revision, for running pip. */
export interface PipContext {
  steps: StepContext;
  /** Checkout of the target, mounted at /target. */
  checkout: string;
  /** Folders from which the checkout borrows git objects. */
  mirrors?: readonly string[];
  python: string;
  /** Folders of the interpreter. */
  readOnly: readonly string[];
  processEnvironment: Record<string, string>;
}

export interface Sight {
  /** Folder to mount at /out. */
  out?: string;
  isOutReadOnly?: boolean;
  /** Writable copy of the checkout to mount in its place, with git's history, because build backends write next to the source. */
  copy?: string | undefined;
  mounts?: readonly Mount[];
  network?: boolean;
  /** Files and folders to mount at the same path. */
  readOnly?: readonly string[];
}

export function pip(input: PipContext, args: readonly string[], sight: Sight): Promise<StepResult> {
  return inSandboxOf(input, ["-m", "pip", "--no-input", "--disable-pip-version-check", "--no-cache-dir", ...args], sight);
}

/** Runs the interpreter in isolated mode, so that a folder `pip` of the checkout is not imported. */
export function inSandboxOf(input: PipContext, args: readonly string[], sight: Sight): Promise<StepResult> {
  const { out, isOutReadOnly = false, copy, network = false, readOnly = [] } = sight;
  const mounts = [
    { from: copy ?? input.checkout, at: "/target", writable: copy !== undefined },
    ...(out === undefined ? [] : [{ from: out, at: "/out", writable: !isOutReadOnly }]),
    ...(sight.mounts ?? []),
  ];
  const borrowed = copy === undefined ? [] : (input.mirrors ?? []);
  const sandbox = {
    readOnly: [...input.readOnly, ...borrowed, ...readOnly],
    mounts,
    cwd: "/target",
    network,
    environment: { ...input.processEnvironment, PYTHONHASHSEED: "0" },
  };
  return runSandboxed("installing the target's requirements", sandbox, [input.python, "-I", ...args], input.steps);
}

/**
 * Runs pip; with indexes, it has a network.
 * @throws InfrastructureError if it fails and one of its indexes does not answer. Our own helper checks them, because pip's output may come
 * from a package.
 */
export async function tryPip(
  input: PipContext,
  args: readonly string[],
  sight: Sight,
  indexes?: Pick<Indexes, "addresses" | "withDefault">,
): Promise<Failure | undefined> {
  const result = await pip(input, [...args, "--quiet"], { ...sight, network: indexes !== undefined });
  const what = "installing the target's requirements";
  const failure = stepFailure("dependencies", what, result);
  if (!failure) return undefined;
  const silent = indexes && (await silentIndexes(input, indexes));
  if (silent) throw new InfrastructureError(`the network failed while pip installed the target's requirements: ${silent}`, failure.output);
  if (result.killed || result.isOutOfMemory) return failure;
  return { ...failure, message: `the target's requirements cannot be installed: ${reasonIn(result)}` };
}

/** Returns a text about the indexes that do not answer; undefined if all do. */
async function silentIndexes(
  input: PipContext,
  { addresses, withDefault }: Pick<Indexes, "addresses" | "withDefault">,
): Promise<string | undefined> {
  const configured = withDefault ? [await defaultIndex(input)] : [];
  const asked = [...addresses, ...configured].filter((address) => /^https?:/.test(address)).map(withoutLogin);
  if (asked.length === 0) return undefined;
  const probed = await inSandboxOf(input, ["-c", probeIndexes, ...asked], { network: true });
  return probed.exitCode === 0 ? undefined : inOneLine(probed.stdout) || "the check of its indexes failed";
}

/** Returns the default index of pip. */
export async function defaultIndex(input: PipContext): Promise<string> {
  const asked = await pip(input, ["config", "get", "global.index-url"], {});
  return (asked.exitCode === 0 && asked.stdout.trim()) || "https://pypi.org/simple";
}

/** Returns the most informative line of pip's output, for display only and never for decisions. */
function reasonIn({ stdout, stderr, exitCode }: StepResult): string {
  const lines = lastLines({ stdout, stderr }).split("\n");
  const reasons = lines.filter((line) => /^\s*(?:ERROR|error|×)[:\s]/.test(line));
  const line = reasons.find((one) => /==|@|No matching/.test(one)) ?? reasons[0];
  return line === undefined
    ? withLastLine(`pip ended with exit code ${exitCode}`, { stdout, stderr })
    : inOneLine(line.replace(/^\s*(?:ERROR|error|×)[:\s]*/, ""));
}
