import { rmSync } from "node:fs";
import { chmod, mkdtemp } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../config/user-error.ts";
import { configurationIn } from "./stacks.ts";

/**
 * SSH agent that proxies the user's agent and lists the keys of `hosts[].identity` first. A server counts every offered key, and closes the
 * connection after six. Pulumi's plugin offers the keys in the agent's order and cannot select one.
 */

/** Type of the agent's answer that lists its keys: the number of keys, then each key and its comment (draft-miller-ssh-agent). */
const identitiesAnswer = 12;

/** Returns the environment for the engine. If the configuration names keys, it has the proxy as its agent. */
export async function withNamedKeys(file: string | undefined, environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const agent = environment["SSH_AUTH_SOCK"];
  const keys = file === undefined ? [] : namedKeys(file);
  if (keys.length === 0 || !agent) return environment;
  return { ...environment, SSH_AUTH_SOCK: await agentInFront(agent, keys) };
}

/** Returns the keys that a configuration names, in base64. Empty if the configuration is invalid or its file is missing. */
function namedKeys(file: string): string[] {
  try {
    return configurationIn(file).hosts.flatMap(({ identity }) => (identity === undefined ? [] : [identity.split(/\s+/)[1] ?? ""]));
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** Starts the proxy of an agent, until this process ends. Returns the path of its socket. */
export async function agentInFront(agent: string, keys: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-agent-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  await chmod(folder, 0o700);
  const path = join(folder, "agent");
  const server = createServer((client) => relay(client, connect(agent), keys));
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(path, resolve));
  server.unref();
  return path;
}

function relay(client: Socket, agent: Socket, keys: readonly string[]): void {
  let waiting = Buffer.alloc(0);
  client.pipe(agent);
  agent.on("data", (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (let end = endOfString(waiting, 0); end !== undefined; end = endOfString(waiting, 0)) {
      client.write(wireString(namedFirst(waiting.subarray(4, end), keys)));
      waiting = waiting.subarray(end);
    }
  });
  agent.on("end", () => client.end());
  for (const [from, to] of [
    [client, agent],
    [agent, client],
  ] as const)
    from.on("error", () => to.destroy());
}

/** Sorts the named keys of an agent's message first, in their given order. Returns other messages unchanged. */
export function namedFirst(message: Buffer, keys: readonly string[]): Buffer {
  if (message[0] !== identitiesAnswer || message.length < 5) return message;
  const listed: { key: string; bytes: Buffer }[] = [];
  for (let at = 5; at < message.length;) {
    const endOfKey = endOfString(message, at);
    const end = endOfKey === undefined ? undefined : endOfString(message, endOfKey);
    if (endOfKey === undefined || end === undefined) return message;
    listed.push({ key: message.subarray(at + 4, endOfKey).toString("base64"), bytes: message.subarray(at, end) });
    at = end;
  }
  const rank = ({ key }: { key: string }): number => (keys.includes(key) ? keys.indexOf(key) : keys.length);
  const sorted = listed.toSorted((a, b) => rank(a) - rank(b));
  return Buffer.concat([message.subarray(0, 5), ...sorted.map(({ bytes }) => bytes)]);
}

/** Returns the end of a string of the wire format, which follows its length of four bytes; undefined if the string is incomplete. */
function endOfString(bytes: Buffer, at: number): number | undefined {
  if (bytes.length < at + 4) return undefined;
  const end = at + 4 + bytes.readUInt32BE(at);
  return end <= bytes.length ? end : undefined;
}

function wireString(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
