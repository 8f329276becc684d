import { once } from "node:events";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import ssh2 from "ssh2";
import type { Client, ConnectConfig, SyncHostVerifier } from "ssh2";
import { parseHostKey } from "./host-key.ts";
import type { Connection, Endpoint } from "./inputs.ts";

export interface Dialing {
  /** Tells the user of an attempt that failed. */
  log: (message: string) => void;
  /** Ends the attempts early. */
  signal: AbortSignal;
}

const firstDelayMilliseconds = 100;
const longestDelayMilliseconds = 5_000;
const backoff = 1.5;

/** Connects and logs in, by way of the proxy if there is one, as often as the connection's limits allow. The caller ends the client. */
export async function dial(connection: Connection, dialing: Dialing): Promise<Client> {
  const { proxy } = connection;
  if (proxy === undefined) {
    const attempt = await attempts(connection);
    return retry("Dial", connection.dialErrorLimit, dialing, () => attempt());
  }
  try {
    const attemptProxy = await attempts(proxy);
    const bastion = await retry("Dial proxy", proxy.dialErrorLimit, dialing, () => attemptProxy());
    try {
      const attempt = await attempts(connection);
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

/** Tries until it succeeds; a negative limit is none. Throws the last error and how many attempts went before it. */
export async function retry<T>(what: string, limit: number, dialing: Dialing, attempt: () => Promise<T>): Promise<T> {
  let delay = firstDelayMilliseconds;
  for (let failed = 1; ; failed += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (limit >= 0 && failed > limit) {
        throw new Error(`after ${failed - 1} failed attempts: ${messageOf(error)}`, { cause: error });
      }
      dialing.log(`${what} ${failed}/${limit < 0 ? "inf" : limit} failed: retrying`);
    }
    await wait(delay, undefined, { signal: dialing.signal });
    delay = Math.min(delay * backoff, longestDelayMilliseconds);
  }
}

/** Reads what an endpoint says once, so that a key that cannot be read or an agent that is not there fails without retries. */
async function attempts(endpoint: Endpoint): Promise<(through?: Duplex) => Promise<Client>> {
  const agent = endpoint.agentSocketPath ?? (process.env["SSH_AUTH_SOCK"] || undefined);
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
    // Stays for the life of the client: a connection lost later shows in the channel that was open.
    client.on("error", (error) => {
      // An agent that refuses one key is followed by the next way to log in.
      if (error.level === "agent") return;
      client.end();
      reject(new Error(reasonOf(error, mismatch())));
    });
    client.on("close", () => reject(new Error("ssh: connection closed before login")));
    client.connect(config);
    // Login is a dozen small messages; each would wait 40 ms for the other side's acknowledgement.
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
