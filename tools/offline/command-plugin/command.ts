import { randomBytes } from "node:crypto";
import { withClient } from "./client.ts";
import { difference } from "./diff.ts";
import { refusal, refusedVariables } from "./environment.ts";
import { commandFailures, commandKeys, readCommand } from "./inputs.ts";
import type { CommandInputs, Logging } from "./inputs.ts";
import { runRemote } from "./remote-command.ts";
import type { Streams } from "./remote-command.ts";
import type { ResourceType, Surroundings } from "./resource-type.ts";
import { hasUnknown, revealAll } from "./wire.ts";
import type { Properties } from "./wire.ts";

/** command:remote:Command: `create`, `update` and `delete` are commands run on a host over SSH. */
export const command: ResourceType = {
  check(given) {
    const inputs = { addPreviousOutputInEnv: true, ...given };
    const revealed = revealAll(inputs);
    return { inputs, failures: hasUnknown(revealed) ? [] : commandFailures(revealed) };
  },

  diff: (state, inputs) => difference(commandKeys, state, inputs),

  async create(name, given, surroundings) {
    const inputs = readCommand(revealAll(given));
    const streams = await run(inputs.create, inputs, nothing, surroundings);
    return { id: `${name}${randomBytes(4).toString("hex")}`, state: { ...given, ...streams } };
  },

  async update(state, given, surroundings) {
    const inputs = readCommand(revealAll(given));
    const streams = await run(inputs.update ?? inputs.create, inputs, streamsOf(state), surroundings);
    return { ...given, ...streams };
  },

  async delete(state, surroundings) {
    const inputs = readCommand(revealAll(state));
    await run(inputs.delete, inputs, streamsOf(state), surroundings);
  },
};

const nothing: Streams = { stdout: "", stderr: "" };

/** Runs one of the resource's commands. Without a command, returns the previous output. */
async function run(text: string | undefined, inputs: CommandInputs, previous: Streams, surroundings: Surroundings): Promise<Streams> {
  if (text === undefined) return previous;
  return withClient(inputs.connection, surroundings, async (client) => {
    const previousOutput = inputs.addPreviousOutputInEnv ? previousOutputOf(previous) : {};
    const environment = { ...previousOutput, ...inputs.environment };
    for (const name of await refusedVariables(client, environment)) {
      surroundings.warn(refusal(name));
      if (inputs.environment && name in inputs.environment) {
        throw new Error(`could not set environment variable ${JSON.stringify(name)}: ssh: setenv failed`);
      }
    }
    return runRemote(client, {
      command: text,
      stdin: inputs.stdin,
      environment,
      onLine: (stream, line) => {
        if (logged(inputs.logging, stream)) surroundings.log(line);
      },
    });
  });
}

function logged(logging: Logging, stream: "stdout" | "stderr"): boolean {
  return logging === "stdoutAndStderr" || logging === stream;
}

function previousOutputOf({ stdout, stderr }: Streams): Record<string, string> {
  return {
    ...(stdout !== "" && { PULUMI_COMMAND_STDOUT: stdout }),
    ...(stderr !== "" && { PULUMI_COMMAND_STDERR: stderr }),
  };
}

function streamsOf(state: Properties): Streams {
  const { stdout, stderr } = revealAll(state);
  return {
    stdout: typeof stdout === "string" ? stdout : "",
    stderr: typeof stderr === "string" ? stderr : "",
  };
}
