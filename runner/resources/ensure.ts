import { commandLine } from "../../config/command-line.ts";
import * as z from "zod";
import { UserError } from "../../config/user-error.ts";
import { forgetInterruption, isInterruptionWanted } from "../system/interruption.ts";
import { holdLock } from "../system/lock.ts";
import { workOf } from "../progress/work-text.ts";
import { failureOf } from "./failure.ts";
import { ensure } from "./resource-type.ts";
import { kinds } from "./resource-types.ts";

const inputSchema = z.strictObject({ name: z.string(), spec: z.record(z.string(), z.unknown()), token: z.string() });

/** `evenkeel ensure <kind>`: the resource on standard input, applied under the host's lock; milestones and one JSON line come back. */
export async function ensureCommand(kindName: string, input: string, waitMinutes: number): Promise<void> {
  const kind = kinds.get(kindName);
  if (!kind) throw new UserError(`there is no kind ${kindName}`, `write one of ${[...kinds.keys()].join(", ")}`);
  const { name, spec, token } = inputSchema.parse(JSON.parse(input));
  const lock = {
    command: `ensure ${name}`,
    waitSeconds: waitMinutes * 60,
    say: console.error,
    describe: workOf,
    isInterrupting: isInterruptionWanted,
    hint: `run \`${commandLine("up")}\` again later, or with --interrupt (EVENKEEL_INTERRUPT=1 for plain pulumi): what is measured stops at its next block, and the next run resumes it`,
  };
  const done = await holdLock(lock, () =>
    ensure({ name, kindName, kind, spec, token }, console.error).catch((error: unknown) => {
      throw failureOf(name, error);
    }),
  );
  if (kindName === "declaration") await forgetInterruption();
  console.log(JSON.stringify({ resource: name, changed: done.changed, observed: done.observed }));
}
