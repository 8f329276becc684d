import * as z from "zod";
import { recordByName } from "../../config/by-name.ts";
import { environmentIdSchema, line, timeSchema } from "./fields.ts";

/** Declared time since which the machine measures differently, for a reason that no detected fact shows. */
export const machineShiftSchema = z.object({
  since: timeSchema,
  /** One line. */
  why: line,
});
export type MachineShift = z.infer<typeof machineShiftSchema>;

/** Facts that may change within an environment, recorded with every session. */
export const hostFactsSchema = recordByName(line, line);
export type HostFacts = z.infer<typeof hostFactsSchema>;

export const environmentSchema = z.object({
  id: environmentIdSchema,
  cpu: line,
  /** Hash of the DMI product UUID, or else of the machine id. Like all optional fields, unknown for imported values. */
  machine: line.exactOptional(),
  os: z.object({ id: line, versionId: line }),
  python: z.object({ version: line, buildFlags: line.exactOptional(), sha256: line.exactOptional() }),
  compiler: line,
  /** Applied tuning, sorted; empty without any. */
  tuning: z.array(line).exactOptional(),
  /** Hash of the host facts, if they were declared to start a new environment. */
  hostFacts: line.exactOptional(),
  /** Declared machine shifts, oldest first. */
  machineShifts: z.array(machineShiftSchema).exactOptional(),
});
/** Everything that a result depends on besides the revision. `id` is a hash of all other fields. */
export type Environment = z.infer<typeof environmentSchema>;
