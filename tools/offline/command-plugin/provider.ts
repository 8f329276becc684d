import { command } from "./command.ts";
import { copyToRemote } from "./copy-to-remote.ts";
import type { Difference } from "./diff.ts";
import type { Log } from "./engine-log.ts";
import type { Failure } from "./inputs.ts";
import type { ResourceType, Surroundings } from "./resource-type.ts";
import type { Properties } from "./wire.ts";

const types = new Map<string, ResourceType>([
  ["command:remote:Command", command],
  ["command:remote:CopyToRemote", copyToRemote],
]);

/** Operations of the engine on resources. */
export interface CommandProvider {
  check(urn: string, news: Properties): { inputs: Properties; failures: Failure[] };
  diff(urn: string, olds: Properties, news: Properties): Difference;
  create(urn: string, inputs: Properties): Promise<{ id: string; state: Properties }>;
  update(urn: string, olds: Properties, news: Properties): Promise<Properties>;
  delete(urn: string, state: Properties): Promise<void>;
  /** Stops attempts to connect. */
  cancel(): void;
}

/**
 * Returns the operations for one engine. The engine does not create or update in a preview, so a preview never connects.
 * @param agentSocketPath agent of connections that name none.
 */
export function commandProvider(log: Log, agentSocketPath: string | undefined): CommandProvider {
  const cancelled = new AbortController();
  const surroundings = (urn: string): Surroundings => ({
    log: (message) => log("info", urn, message),
    warn: (message) => log("warning", urn, message),
    signal: cancelled.signal,
    agentSocketPath,
  });
  return {
    check: (urn, news) => typeOf(urn).check(news),
    diff: (urn, olds, news) => typeOf(urn).diff(olds, news),
    create: (urn, inputs) => typeOf(urn).create(parseUrn(urn).name, inputs, surroundings(urn)),
    update: (urn, olds, news) => typeOf(urn).update(olds, news, surroundings(urn)),
    delete: (urn, state) => typeOf(urn).delete(state, surroundings(urn)),
    cancel: () => cancelled.abort(),
  };
}

function typeOf(urn: string): ResourceType {
  const { type } = parseUrn(urn);
  const known = types.get(type);
  if (known === undefined) {
    throw new Error(
      `this stand-in for the command plugin supports ${[...types.keys()].join(" and ")} only, not ${type}: install the official plugin`,
    );
  }
  return known;
}

/** Returns the last type and the name of `urn:pulumi:stack::project::parent$type::name`. */
export function parseUrn(urn: string): { type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}
