import * as z from "zod";
import { paths } from "../../config/paths.ts";
import type { Config } from "../../config/schema.ts";

const stateSchema = z.object({
  deployment: z.object({
    resources: z.array(z.object({ urn: z.string(), inputs: z.record(z.string(), z.unknown()).optional() })).optional(),
  }),
});
const filesSchema = z.object({
  spec: z.object({ files: z.array(z.object({ path: z.string(), content: z.record(z.string(), z.unknown()) })) }),
});
const connectionSchema = z.object({ host: z.string(), port: z.number(), user: z.string(), hostKey: z.string() });

/** Returns the last applied configuration of each host in Pulumi's state, by host name. @param state output of `stack export`. */
export function appliedConfigurations(state: unknown): Map<string, unknown> {
  const resources = stateSchema.parse(state).deployment.resources ?? [];
  const inputsOf = new Map(resources.map(({ urn, inputs }) => [urn.split("::").at(-1) ?? "", inputs ?? {}]));
  const hosts = resources.flatMap(({ urn }) => /::evenkeel:server:BenchmarkServer::(.+)$/.exec(urn)?.[1] ?? []);
  return new Map(hosts.map((host) => [host, configurationIn(host, inputsOf)]));
}

function configurationIn(host: string, inputsOf: ReadonlyMap<string, Record<string, unknown>>): unknown {
  const stdin = plain(inputsOf.get(`${host}-files`)?.["stdin"]);
  const files = typeof stdin === "string" ? filesSchema.safeParse(JSON.parse(stdin)).data?.spec.files : undefined;
  const json = files?.find(({ path }) => path === paths.configuration)?.content["json"];
  const connection = connectionSchema.safeParse(plain(inputsOf.get(`${host}-node`)?.["connection"])).data;
  return comparable(
    host,
    connection && { address: connection.host, port: connection.port, user: connection.user, hostKey: connection.hostKey },
    json,
  );
}

/** Returns one host's configuration in the form for comparisons. */
export function comparable(host: string, entry: Record<string, unknown> | undefined, shared: unknown): unknown {
  if (shared === null || typeof shared !== "object") return entry && { hosts: [{ name: host, ...entry }] };
  return {
    hosts: [{ name: host, ...entry }],
    ...Object.fromEntries(Object.entries(shared).filter(([key]) => key !== "host" && key !== "hosts")),
  };
}

/** Returns the configuration of each host in the form for comparisons, by host name. */
export function declaredBy(config: Config): Record<string, unknown> {
  return Object.fromEntries(config.hosts.map(({ name, ...entry }) => [name, comparable(name, entry, config)]));
}

/** Unwraps a value that Pulumi stores as a secret because it is part of a connection. */
function plain(value: unknown): unknown {
  if (value === null || typeof value !== "object" || !("plaintext" in value)) return value;
  return typeof value.plaintext === "string" ? JSON.parse(value.plaintext) : undefined;
}
