import type { Config, HostEntry } from "../../config/schema.ts";
import { UserError } from "../../config/user-error.ts";
import type { Bundle } from "./bundle.ts";
import type { Preflight } from "../../runner/resources/preflight.ts";
import { preflightBare } from "./preflight-bare.ts";
import { probe, type HostState } from "./probe.ts";
import { refsFromHere, repositoriesOf } from "./refs-from-here.ts";
import { resource, resourcesOf, type Resource } from "./resources.ts";

/** State of a host before anything is changed. */
export interface Look {
  host: HostEntry;
  resources: Resource[];
  /** A skipped one is neither looked at nor changed. */
  state: HostState | "skipped";
  preflight: Preflight;
}

const empty: Preflight = { obstacles: [], notes: [], unasked: [] };

/** Hosts that are left out, as a dead one must be for the others to be changed: their names, separated by commas. */
export const skipped: ReadonlySet<string> = new Set((process.env["EVENKEEL_SKIP"] ?? "").split(",").map((name) => name.trim()));

/** Looks at a host and changes nothing. @throws UserError where it cannot be reached. */
export async function look(host: HostEntry, config: Config, stack: string, bundle: Bundle, isReview: boolean): Promise<Look> {
  const resources = [bundleResource(bundle), ...resourcesOf(host, config, stack, bundle.sha256)];
  if (skipped.has(host.name)) return { host, resources, state: "skipped", preflight: empty };
  const state = await probe(host, resources, bundle, isReview);
  const seen = state.bare
    ? { ...preflightBare(state, config), unasked: repositoriesOf(config).map(({ setting }) => setting) }
    : state.preflight;
  const asked = await refsFromHere(config, seen.unasked);
  const preflight = { ...seen, obstacles: [...seen.obstacles, ...asked.obstacles], notes: [...seen.notes, ...asked.notes] };
  return { host, resources, state, preflight };
}

export function bundleResource(bundle: Bundle): Resource {
  return resource("bundle", { sha256: bundle.sha256 });
}

/** The error of hosts that `up` would fail on, if there is one. Nothing was changed. */
export function obstaclesError(looks: readonly Look[]): UserError | undefined {
  const lines = looks.flatMap(({ host, preflight }) => preflight.obstacles.map((obstacle) => `host ${host.name}: ${obstacle}`));
  if (lines.length === 0) return undefined;
  return new UserError(`up would fail, and nothing was changed:\n${lines.join("\n")}`, "do what each line says, then run it again");
}
