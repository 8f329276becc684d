import { StringDecoder } from "node:string_decoder";
import type { Client, ClientChannel } from "ssh2";

export interface Execution {
  command: string;
  stdin?: string | undefined;
  environment?: Record<string, string> | undefined;
  /** Called with each line of output as it arrives, without its line end. */
  onLine?: (stream: "stdout" | "stderr", line: string) => void;
}

export interface Streams {
  /** Output without the last newline. */
  stdout: string;
  stderr: string;
}

/**
 * Runs one command on the host with the login shell.
 * @throws Error if its exit code is not 0, with the command and its output: `Process exited with status 3: running "…":`.
 */
export async function runRemote(client: Client, execution: Execution): Promise<Streams> {
  const channel = await open(client, execution);
  return new Promise((resolve, reject) => {
    const stdout = collect("stdout", execution);
    const stderr = collect("stderr", execution);
    const both: Buffer[] = [];
    channel.on("data", (chunk: Buffer) => {
      both.push(chunk);
      stdout.take(chunk);
    });
    channel.stderr.on("data", (chunk: Buffer) => {
      both.push(chunk);
      stderr.take(chunk);
    });
    let ending: string | undefined = "wait: remote command exited without exit status or exit signal";
    channel.on("exit", (status: number | null, signal?: string) => {
      ending = endingOf(status, signal);
    });
    channel.on("close", () => {
      const streams = { stdout: stdout.end(), stderr: stderr.end() };
      if (ending === undefined) return resolve(streams);
      reject(new Error(failure(ending, execution.command, Buffer.concat(both).toString())));
    });
    // A command may exit before it has read its input; its exit status decides.
    channel.on("error", () => {});
    channel.end(execution.stdin ?? "");
  });
}

/** Returns the error message of a failed command, in the official plugin's format. */
export function failure(ending: string, command: string, output: string): string {
  return `${ending}: running ${JSON.stringify(command)}:\n${output}`;
}

/** Returns the failure of an exit, or undefined after a success. */
function endingOf(status: number | null, signal: string | undefined): string | undefined {
  if (status === 0) return undefined;
  if (status !== null) return `Process exited with status ${status}`;
  return `Process exited with status 128 from signal ${(signal ?? "unknown").replace(/^SIG/, "")}`;
}

function open(client: Client, { command, environment }: Execution): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, environment === undefined ? {} : { env: environment }, (error, channel) =>
      error ? reject(error) : resolve(channel),
    );
  });
}

/** Collects one stream and reports its lines. */
function collect(stream: "stdout" | "stderr", { onLine }: Execution): { take: (chunk: Buffer) => void; end: () => string } {
  const decoder = new StringDecoder("utf8");
  const text: string[] = [];
  let line = "";
  const take = (part: string) => {
    text.push(part);
    const lines = (line + part).split("\n");
    line = lines.pop() ?? "";
    for (const whole of lines) onLine?.(stream, whole.replace(/\r$/, ""));
  };
  return {
    take: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      if (line !== "") onLine?.(stream, line);
      return text.join("").replace(/\n$/, "");
    },
  };
}
