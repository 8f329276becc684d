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

/** What samples start as `python3`: the path it is found at, and the file beneath its links. */
const question = `import os, sys
print(sys.executable)
print(os.path.realpath(sys.executable))`;

const timeoutSeconds = 60;

type Started = Pick<Runnable, "environment" | "readOnly">;

/**
 * Refuses to sample where samples would be given another Python than the declared one. Where the venv cannot be read, PATH leads past it to
 * the distribution's, and nothing else would tell.
 * @param interpreter that of the active venv.
 * @throws InfrastructureError naming both.
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

/** Folder of the venv's programs: the first one on PATH. */
function venvProgramsOf({ environment }: Started): string {
  return environment["PATH"]?.split(":")[0] ?? "";
}

/** Returns the reason that an answer to the question is not the declared interpreter's; undefined where it is. */
export function otherPython(
  { exitCode, stdout }: Pick<ProcessResult, "exitCode" | "stdout">,
  { programs, declared }: { programs: string; declared: string },
): string | undefined {
  const remedy = `nothing is sampled; see that everybody may read ${dirname(programs)}, then run \`${commandLine("up")}\``;
  if (exitCode !== 0) return `the declared Python, ${join(programs, "python3")}, does not run in the sandbox: ${remedy}`;
  const [found = "", beneath = ""] = stdout.split("\n");
  if (dirname(found) === programs && beneath === declared) return undefined;
  return `samples would run ${inOneLine(found)} (${inOneLine(beneath)}), not the declared ${join(programs, "python3")} (${declared}): ${remedy}`;
}
