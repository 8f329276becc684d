import { commandLine } from "../../config/command-line.ts";
import * as z from "zod";
import { UserError } from "../../config/user-error.ts";
import { forgetInterruption, isInterruptionWanted } from "../system/interruption.ts";
import { holdLock } from "../system/lock.ts";
import { workOf } from "../progress/work-text.ts";
import { failureOf } from "./failure.ts";
import { ensure } from "./resource-type.ts";
import { resourceTypes } from "./resource-types.ts";

const inputSchema = z.strictObject({ name: z.string(), spec: z.record(z.string(), z.unknown()), token: z.string() });

/** Runs `evenkeel ensure <type>`: applies the resource on standard input under the host's lock. Prints milestones, then one line of JSON. */
export async function ensureCommand(type: string, input: string, waitMinutes: number): Promise<void> {
  const resourceType = resourceTypes.get(type);
  if (!resourceType) throw new UserError(`unknown resource type "${type}"`, `use one of ${[...resourceTypes.keys()].join(", ")}`);
  const { name, spec, token } = inputSchema.parse(JSON.parse(input));
  const lock = {
    command: `ensure ${name}`,
    waitSeconds: waitMinutes * 60,
    log: console.error,
    describe: workOf,
    isInterrupting: isInterruptionWanted,
    hint: `run \`${commandLine("up")}\` again later, or with --interrupt (EVENKEEL_INTERRUPT=1 for plain pulumi): the measurement stops at its next block, and the next run resumes it`,
  };
  const done = await holdLock(lock, () =>
    ensure({ name, type, spec, token }, resourceType, console.error).catch((error: unknown) => {
      throw failureOf(name, error);
    }),
  );
  if (type === "declaration") await forgetInterruption();
  console.log(JSON.stringify({ resource: name, changed: done.changed, observed: done.observed }));
}
