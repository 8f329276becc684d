import { once } from "node:events";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import ssh2 from "ssh2";
import type { Client, ConnectConfig, SyncHostVerifier } from "ssh2";
import { parseHostKey } from "./host-key.ts";
import type { Connection, Endpoint } from "./inputs.ts";

export interface Retrying {
  /** Shows a failed attempt to the user. */
  log: (message: string) => void;
  /** Stops the attempts early. */
  signal: AbortSignal;
}

export interface Dialing extends Retrying {
  /** Agent of connections that name none. */
  agentSocketPath: string | undefined;
}

const firstDelayMilliseconds = 100;
const longestDelayMilliseconds = 5_000;
const backoff = 1.5;

/** Connects and logs in, through the proxy if there is one, with as many attempts as the connection allows. The caller ends the client. */
export async function dial(connection: Connection, dialing: Dialing): Promise<Client> {
  const { proxy } = connection;
  if (proxy === undefined) {
    const attempt = await attempts(connection, dialing);
    return retry("Dial", connection.dialErrorLimit, dialing, () => attempt());
  }
  try {
    const attemptProxy = await attempts(proxy, dialing);
    const bastion = await retry("Dial proxy", proxy.dialErrorLimit, dialing, () => attemptProxy());
    try {
      const attempt = await attempts(connection, dialing);
      const client = await retry("Dial from proxy", connection.dialErrorLimit, dialing, async () =>
        attempt(await forward(bastion, connection)),
      );
      client.once("close", () => bastion.end());
      return client;
    } catch (error) {
      bastion.end();
      throw error;
    }
  } catch (error) {
    throw new Error(`proxy: ${messageOf(error)}`, { cause: error });
  }
}

/** Retries until success; a negative limit means no limit. @throws Error with the last error and the number of attempts before it. */
export async function retry<T>(what: string, limit: number, { log, signal }: Retrying, attempt: () => Promise<T>): Promise<T> {
  let delay = firstDelayMilliseconds;
  for (let failed = 1; ; failed += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (limit >= 0 && failed > limit) {
        throw new Error(`after ${failed - 1} failed attempts: ${messageOf(error)}`, { cause: error });
      }
      log(`${what} ${failed}/${limit < 0 ? "inf" : limit} failed: retrying`);
    }
    await wait(delay, undefined, { signal });
    delay = Math.min(delay * backoff, longestDelayMilliseconds);
  }
}

/** Returns the attempt to connect to an endpoint. Checks its key and agent once, so that an invalid key or missing agent fails without retries. */
async function attempts(endpoint: Endpoint, dialing: Dialing): Promise<(through?: Duplex) => Promise<Client>> {
  const agent = endpoint.agentSocketPath ?? dialing.agentSocketPath;
  if (agent !== undefined) await requireAgent(agent);
  const hostKey = endpoint.hostKey === undefined ? undefined : parseHostKey(endpoint.hostKey);
  return (through) => {
    let mismatch = false;
    const hostVerifier: SyncHostVerifier = (key) => {
      mismatch = hostKey !== undefined && !key.equals(hostKey.blob);
      return !mismatch;
    };
    const config: ConnectConfig = {
      host: endpoint.host,
      port: endpoint.port,
      username: endpoint.user,
      readyTimeout: endpoint.perDialTimeout * 1000,
      hostVerifier,
      ...(hostKey && { algorithms: { serverHostKey: hostKey.algorithms } }),
      ...(endpoint.privateKey !== undefined && { privateKey: endpoint.privateKey }),
      ...(endpoint.privateKeyPassword !== undefined && { passphrase: endpoint.privateKeyPassword }),
      ...(endpoint.password !== undefined && { password: endpoint.password, tryKeyboard: true }),
      ...(agent !== undefined && { agent }),
      ...(through && { sock: through }),
    };
    return login(config, () => mismatch);
  };
}

function login(config: ConnectConfig, mismatch: () => boolean): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on("ready", () => resolve(client));
    client.on("keyboard-interactive", (_name, _instructions, _language, prompts, finish) =>
      finish(prompts.map(() => config.password ?? "")),
    );
    // Stays registered for the life of the client. The open channel reports a connection that is lost later.
    client.on("error", (error) => {
      // After an agent rejects a key, ssh2 tries the next method.
      if (error.level === "agent") return;
      client.end();
      reject(new Error(reasonOf(error, mismatch())));
    });
    client.on("close", () => reject(new Error("ssh: connection closed before login")));
    client.connect(config);
    // Login has a dozen small messages. With Nagle's algorithm, each would wait 40 ms for an acknowledgement.
    client.setNoDelay(true);
  });
}

function reasonOf(error: Error & { level?: string }, mismatch: boolean): string {
  if (mismatch) return "ssh: handshake failed: ssh: host key mismatch";
  if (error.level === "client-authentication") {
    return "ssh: handshake failed: ssh: unable to authenticate, no supported methods remain";
  }
  if (error.level === "client-socket" || error.level === "client-dns") return `dial tcp: ${error.message}`;
  return `ssh: ${error.message}`;
}

function forward(bastion: Client, target: Endpoint): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    bastion.forwardOut("127.0.0.1", 0, target.host, target.port, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}

async function requireAgent(path: string): Promise<void> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
  } catch (error) {
    throw new Error(`dial unix ${path}: ${messageOf(error)}`, { cause: error });
  } finally {
    socket.destroy();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
