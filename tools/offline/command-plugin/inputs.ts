import * as z from "zod";
import type { Properties } from "./wire.ts";

const host = {
  host: z.string(),
  port: z.number().int().default(22),
  user: z.string().default("root"),
  password: z.string().optional(),
  privateKey: z.string().optional(),
  privateKeyPassword: z.string().optional(),
  /** Default: the agent of SSH_AUTH_SOCK, if set. */
  agentSocketPath: z.string().optional(),
  /** Line in the format of authorized_keys, "ssh-ed25519 AAAA…". Without it, the host's key is not checked. */
  hostKey: z.string().optional(),
  /** Number of failed attempts that are retried; -1 for no limit. */
  dialErrorLimit: z.number().int().default(10),
  /** Seconds for each attempt; 0 for no limit. */
  perDialTimeout: z.number().default(15),
};

const endpoint = z.strictObject(host);
const connection = z.strictObject({ ...host, proxy: endpoint.optional() });

const command = z.strictObject({
  connection,
  create: z.string().optional(),
  update: z.string().optional(),
  delete: z.string().optional(),
  stdin: z.string().optional(),
  environment: z.record(z.string(), z.string()).optional(),
  triggers: z.array(z.unknown()).optional(),
  logging: z.enum(["stdout", "stderr", "stdoutAndStderr", "none"]).default("stdoutAndStderr"),
  addPreviousOutputInEnv: z.boolean().default(true),
});

const copy = z.strictObject({
  connection,
  /** Asset, parsed by wire.ts. */
  source: z.unknown(),
  remotePath: z.string(),
  triggers: z.array(z.unknown()).optional(),
});

export type Endpoint = z.infer<typeof endpoint>;
export type Connection = z.infer<typeof connection>;
export type CommandInputs = z.infer<typeof command>;
export type CopyInputs = z.infer<typeof copy>;
export type Logging = CommandInputs["logging"];

/** Names of a resource's inputs, which are the compared part of its state. */
export const commandKeys: readonly string[] = Object.keys(command.shape);
export const copyKeys: readonly string[] = Object.keys(copy.shape);

export interface Failure {
  property: string;
  reason: string;
}

/** Returns the mistakes in revealed inputs. */
export function commandFailures(inputs: Properties): Failure[] {
  return failures(command.safeParse(inputs));
}

export function copyFailures(inputs: Properties): Failure[] {
  return failures(copy.safeParse(inputs));
}

/** Parses revealed inputs, or the inputs in a revealed state, and adds defaults. @throws ZodError if they are invalid. */
export function readCommand(properties: Properties): CommandInputs {
  return command.strip().parse(properties);
}

export function readCopy(properties: Properties): CopyInputs {
  return copy.strip().parse(properties);
}

function failures(result: z.ZodSafeParseResult<unknown>): Failure[] {
  if (result.success) return [];
  return result.error.issues.map((issue) => ({ property: issue.path.join("."), reason: issue.message }));
}
