import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/engine_pb.js";

export type Log = (level: "info" | "warning", urn: string, message: string) => void;

export interface EngineLog {
  /** Sends messages to the engine, in order. An info is a transient status, a warning is permanent. */
  send: Log;
  /** Sends further messages to the engine at this address. */
  connect: (address: string) => void;
  close: () => void;
}

/** Returns the log of the engine at an address. Messages before an address is known are dropped. */
export function engineLog(address?: string): EngineLog {
  let client: services.EngineClient | undefined;
  let last: Promise<void> = Promise.resolve();
  const connect = (to: string) => {
    client = new services.EngineClient(to, grpc.credentials.createInsecure());
  };
  if (address) connect(address);
  return {
    connect,
    close: () => client?.close(),
    send: (level, urn, message) => {
      last = last.then(() => send(client, level, urn, message));
    },
  };
}

function send(client: services.EngineClient | undefined, level: "info" | "warning", urn: string, message: string): Promise<void> {
  if (client === undefined) return Promise.resolve();
  const request = new messages.LogRequest();
  request.setSeverity(level === "info" ? messages.LogSeverity.INFO : messages.LogSeverity.WARNING);
  request.setEphemeral(level === "info");
  request.setUrn(urn);
  request.setMessage(message);
  // An undelivered message does not fail the resource.
  return new Promise((resolve) => client.log(request, () => resolve()));
}
