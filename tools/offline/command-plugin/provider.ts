import type { Provider } from "@pulumi/pulumi/provider/index.js";
import { command } from "./command.ts";
import { copyToRemote } from "./copy-to-remote.ts";
import type { Log } from "./engine-log.ts";
import type { ResourceType, Surroundings } from "./resource-type.ts";
import type { Properties } from "./wire.ts";

const types = new Map<string, ResourceType>([
  ["command:remote:Command", command],
  ["command:remote:CopyToRemote", copyToRemote],
]);

/** Returns the plugin's interface for Pulumi's engine. The engine does not create or update in a preview, so a preview never connects. */
export function commandProvider(version: string, log: Log): Provider {
  const cancelled = new AbortController();
  const surroundings = (urn: string): Surroundings => ({
    log: (message) => log("info", urn, message),
    warn: (message) => log("warning", urn, message),
    signal: cancelled.signal,
  });
  return {
    version,
    check: async (urn: string, _olds: Properties, news: Properties) => typeOf(urn).check(news),
    diff: async (_id: string, urn: string, olds: Properties, news: Properties) => typeOf(urn).diff(olds, news),
    create: async (urn: string, inputs: Properties) => {
      const { id, state } = await typeOf(urn).create(parseUrn(urn).name, inputs, surroundings(urn));
      return { id, outs: state };
    },
    update: async (_id: string, urn: string, olds: Properties, news: Properties) => ({
      outs: await typeOf(urn).update(olds, news, surroundings(urn)),
    }),
    delete: (_id: string, urn: string, state: Properties) => typeOf(urn).delete(state, surroundings(urn)),
    cancel: async () => cancelled.abort(),
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
