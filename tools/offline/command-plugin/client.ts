import type { Client } from "ssh2";
import { dial, type Dialing } from "./connection.ts";
import type { Connection } from "./inputs.ts";

/** Time that a connection stays open for the next resource. Logging in costs more than most commands. */
const idleMilliseconds = 2_000;

interface Session {
  client: Client;
  isOpen: boolean;
  /** Ends an idle session. */
  timer?: NodeJS.Timeout;
}

/** Sessions that nothing uses, by connection and agent. */
const idle = new Map<string, Session[]>();

/** Runs `use` with a client that is logged in: an idle one of the same connection, or else a new one. */
export async function withClient<T>(connection: Connection, dialing: Dialing, use: (client: Client) => Promise<T>): Promise<T> {
  const key = JSON.stringify([connection, dialing.agentSocketPath]);
  const waiting = takeIdle(key);
  if (waiting) {
    try {
      return await useSession(key, waiting, use);
    } catch (error) {
      if (!wasLost(error)) throw error;
    }
  }
  return useSession(key, await logIn(connection, dialing), use);
}

async function useSession<T>(key: string, session: Session, use: (client: Client) => Promise<T>): Promise<T> {
  try {
    const result = await use(session.client);
    keep(key, session);
    return result;
  } catch (error) {
    session.client.end();
    throw error;
  }
}

/** Returns whether the connection was lost before a channel was open, so that nothing was run. These are the messages of ssh2. */
function wasLost(error: unknown): boolean {
  return error instanceof Error && ["Not connected", "No response from server"].includes(error.message);
}

async function logIn(connection: Connection, dialing: Dialing): Promise<Session> {
  const session = { client: await dial(connection, dialing), isOpen: true };
  session.client.once("close", () => (session.isOpen = false));
  return session;
}

function takeIdle(key: string): Session | undefined {
  const sessions = idle.get(key) ?? [];
  for (let session = sessions.pop(); session; session = sessions.pop()) {
    clearTimeout(session.timer);
    if (session.isOpen) return session;
  }
  return undefined;
}

function keep(key: string, session: Session): void {
  session.timer = setTimeout(() => {
    session.isOpen = false;
    session.client.end();
  }, idleMilliseconds).unref();
  idle.set(key, [...(idle.get(key) ?? []), session]);
}
