import { commandLine } from "../../config/command-line.ts";
import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Account } from "../system/account.ts";
import { runProcess, type ProcessResult } from "../system/process.ts";
import { inSandbox, limitsToLook } from "../system/sandbox.ts";
import { InfrastructureError } from "../system/infrastructure-error.ts";
import { lastLines } from "../system/infrastructure.ts";
import { inOneLine } from "../text/plain-text.ts";
import type { Runnable } from "../suites/suite.ts";

/** Python program that prints the path of the interpreter that samples start as `python3`, and its real path. */
const question = `import os, sys
print(sys.executable)
print(os.path.realpath(sys.executable))`;

const timeoutSeconds = 60;

type Started = Pick<Runnable, "environment" | "readOnly">;

/**
 * Checks that samples would run the declared Python. If the venv is unreadable, PATH leads to the distribution's Python without any error.
 * @param interpreter interpreter of the active venv.
 * @throws InfrastructureError with both interpreters if they differ.
 */
export async function refuseOtherPython(account: Account, runnables: readonly Started[], interpreter: string): Promise<void> {
  const declared = await realpath(interpreter).catch((error: unknown) => {
    throw new InfrastructureError(`there is no interpreter at ${interpreter}`, "", { cause: error });
  });
  const kinds = new Map(runnables.map((one) => [venvProgramsOf(one), one]));
  for (const [programs, { environment, readOnly }] of kinds) {
    const sandbox = { readOnly, mounts: [], cwd: "/", network: false, limits: limitsToLook, environment };
    const command = ["/bin/sh", "-c", 'exec python3 -I -S -c "$1"', "sh", question];
    const asked = await runProcess(inSandbox(sandbox, command), { account, timeoutSeconds }).catch((error: unknown) => {
      throw new InfrastructureError("the sandbox of samples cannot be started", String(error), { cause: error });
    });
    const problem = otherPython(asked, { programs, declared });
    if (problem !== undefined) throw new InfrastructureError(problem, lastLines(asked));
  }
}

/** Returns the folder of the venv's programs, which is first on PATH. */
function venvProgramsOf({ environment }: Started): string {
  return environment["PATH"]?.split(":")[0] ?? "";
}

/** Returns the problem if the output is not of the declared interpreter; undefined if it is. */
export function otherPython(
  { exitCode, stdout }: Pick<ProcessResult, "exitCode" | "stdout">,
  { programs, declared }: { programs: string; declared: string },
): string | undefined {
  const remedy = `nothing is sampled; make ${dirname(programs)} readable for every account, then run \`${commandLine("up")}\``;
  if (exitCode !== 0) return `the declared Python, ${join(programs, "python3")}, does not run in the sandbox: ${remedy}`;
  const [found = "", beneath = ""] = stdout.split("\n");
  if (dirname(found) === programs && beneath === declared) return undefined;
  return `samples would run ${inOneLine(found)} (${inOneLine(beneath)}), not the declared ${join(programs, "python3")} (${declared}): ${remedy}`;
}
