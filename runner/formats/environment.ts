import * as z from "zod";
import { recordByName } from "../../config/by-name.ts";
import { environmentIdSchema, line, timeSchema } from "./fields.ts";

/** The machine measures otherwise since then, for a reason that no fact tells. */
export const machineShiftSchema = z.object({
  since: timeSchema,
  /** One line. */
  why: line,
});
export type MachineShift = z.infer<typeof machineShiftSchema>;

/** Facts that may change without making another environment, recorded with every session. */
export const hostFactsSchema = recordByName(line, line);
export type HostFacts = z.infer<typeof hostFactsSchema>;

export const environmentSchema = z.object({
  id: environmentIdSchema,
  cpu: line,
  /** DMI product UUID, else the machine id, hashed. Like all that is optional here unknown where values were imported. */
  machine: line.exactOptional(),
  os: z.object({ id: line, versionId: line }),
  python: z.object({ version: line, buildFlags: line.exactOptional(), sha256: line.exactOptional() }),
  compiler: line,
  /** Tuning that took effect, sorted. Empty where none is applied. */
  tuning: z.array(line).exactOptional(),
  /** Hash of the host facts, where they were declared to make another environment. */
  hostFacts: line.exactOptional(),
  /** When the machine itself became another, where no fact tells: declared, oldest first. */
  machineShifts: z.array(machineShiftSchema).exactOptional(),
});
/** Everything that a result depends on besides the revision. `id` is a hash of all other fields. */
export type Environment = z.infer<typeof environmentSchema>;
