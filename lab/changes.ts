import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadConfig } from "../config/load.ts";
import { paths } from "../config/paths.ts";
import { buildBundle } from "../provision/program/bundle.ts";
import { bundleResource } from "../provision/program/look.ts";
import { resourcesOf, type Resource } from "../provision/program/resources.ts";
import { declarationOf, tokenOf, tokensOf, type Seen } from "../provision/program/tokens.ts";
import { codeOf } from "../config/error-code.ts";
import { hashOf, markerSchema, type Marker } from "../runner/resources/resource-type.ts";
import { shellWord } from "../runner/text/shell-word.ts";
import { sshOk, type Host } from "./host.ts";
import type { Stack } from "./stack.ts";

/** A resource with the token under which it is applied. */
type Change = Resource & { token: string };

/**
 * Applies to a provisioned host each resource whose declaration changed since it was applied: what `pulumi up` would apply where nothing
 * drifted, in the same order. It starts no engine, and logs in once.
 * @throws Error with the output of the first resource that cannot be applied; the later ones are not tried, as with `up`.
 */
export async function applyChanges(host: Host, { name: stack, configFile }: Stack): Promise<void> {
  const config = loadConfig(configFile);
  const entry = config.hosts.find(({ name }) => name === host.name);
  if (!entry) throw new Error(`${configFile} has no host ${host.name}`);
  const bundle = await buildBundle();
  const resources = [bundleResource(bundle), ...resourcesOf(entry, config, stack, bundle.sha256)];
  const names = [...resources.map(({ name }) => name), "declaration"];
  const markers = new Map(await Promise.all(names.map(async (name) => [name, await markerOf(host, name)] as const)));
  const changes = changesOf(resources, markers, host.name);
  if (changes.some(({ type }) => type === "bundle"))
    throw new Error(`${host.name} has the program of other sources: provision it by Pulumi`);
  if (changes.length > 0) await sshOk(host, changes.map(ensureCommand).join("\n"));
}

/**
 * Returns the resources whose specification differs from the applied one, after a declaration with the new tokens.
 * @param instance tells the tokens of this host from those of others.
 */
export function changesOf(resources: readonly Resource[], markers: ReadonlyMap<string, Marker | undefined>, instance: string): Change[] {
  const seen = (name: string): Seen => {
    const marker = markers.get(name);
    return { differences: [], marker: marker && { specHash: hashOf(marker.spec), token: marker.token } };
  };
  const tokens = tokensOf(resources, seen, instance);
  const declaration = declarationOf(tokens);
  tokens.set(declaration.name, tokenOf(declaration.spec, seen(declaration.name), instance));
  return [declaration, ...resources]
    .map((resource) => ({ ...resource, token: tokens.get(resource.name) ?? "" }))
    .filter(({ name, token }) => token !== markers.get(name)?.token);
}

async function markerOf(host: Host, name: string): Promise<Marker | undefined> {
  try {
    return markerSchema.parse(JSON.parse(await readFile(join(host.root, paths.markers, `${name}.json`), "utf8")));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function ensureCommand({ name, type, spec, token }: Change): string {
  return `${paths.next}/evenkeel ensure ${type} <<<${shellWord(JSON.stringify({ name, spec, token }))} || exit`;
}
