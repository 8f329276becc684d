import { z } from "zod";
import { UserError } from "../../config/user-error.ts";
import { holdLock } from "../../runner/host/lock.ts";
import { failureOf } from "./failure.ts";
import { ensure } from "./kind.ts";
import { kinds } from "./kinds.ts";

const inputSchema = z.strictObject({ name: z.string(), spec: z.record(z.string(), z.unknown()), token: z.string() });

/** `evenkeel ensure <kind>`: the resource on standard input, applied under the host's lock; milestones and one JSON line come back. */
export async function ensureCommand(kindName: string, input: string, waitMinutes: number): Promise<void> {
  const kind = kinds.get(kindName);
  if (!kind) throw new UserError(`there is no kind ${kindName}`, `write one of ${[...kinds.keys()].join(", ")}`);
  const { name, spec, token } = inputSchema.parse(JSON.parse(input));
  const done = await holdLock({ command: `ensure ${name}`, waitSeconds: waitMinutes * 60, say: console.error }, () =>
    ensure({ name, kindName, kind, spec, token }, console.error).catch((error: unknown) => {
      throw failureOf(name, error);
    }),
  );
  console.log(JSON.stringify({ resource: name, changed: done.changed, observed: done.observed }));
}
