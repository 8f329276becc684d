import engine from "@pulumi/pulumi/proto/engine_pb.js";
import settings from "@pulumi/pulumi/runtime/settings.js";

export type Log = (level: "info" | "warning", urn: string, message: string) => void;

/** Returns a function that sends messages to the engine, in order. An info is a transient status, a warning is permanent. */
export function engineLog(address: string): Log {
  settings.resetOptions("", "", 1, address, "", false, "");
  let last: Promise<void> = Promise.resolve();
  return (level, urn, message) => {
    last = last.then(() => send(level, urn, message));
  };
}

function send(level: "info" | "warning", urn: string, message: string): Promise<void> {
  const client = settings.getEngine();
  if (client === undefined) return Promise.resolve();
  const request = new engine.LogRequest();
  request.setSeverity(level === "info" ? engine.LogSeverity.INFO : engine.LogSeverity.WARNING);
  request.setEphemeral(level === "info");
  request.setUrn(urn);
  request.setMessage(message);
  // An undelivered message does not fail the resource.
  return new Promise((resolve) => client.log(request, () => resolve()));
}
