import type { Config, HostEntry } from "../../config/schema.ts";
import { UserError } from "../../config/user-error.ts";
import type { Bundle } from "./bundle.ts";
import type { Preflight } from "../../runner/resources/preflight.ts";
import { preflightBare } from "./preflight-bare.ts";
import { probe, type HostState } from "./probe.ts";
import { refsFromHere, repositoriesOf } from "./refs-from-here.ts";
import { resource, resourcesOf, type Resource } from "./resources.ts";

/** State of a host before any change. */
export interface Look {
  host: HostEntry;
  resources: Resource[];
  /** State, or "skipped" for a host that is neither checked nor changed. */
  state: HostState | "skipped";
  preflight: Preflight;
}

const empty: Preflight = { obstacles: [], notes: [], unasked: [] };

/** Names of skipped hosts, from EVENKEEL_SKIP (separated by commas). Skipping a dead host allows changes of the others. */
export const skipped: ReadonlySet<string> = new Set((process.env["EVENKEEL_SKIP"] ?? "").split(",").map((name) => name.trim()));

/** Inspects a host without changing anything. @throws UserError if the host cannot be reached. */
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

/** Returns an error that lists the obstacles of all hosts, or undefined. */
export function obstaclesError(looks: readonly Look[]): UserError | undefined {
  const lines = looks.flatMap(({ host, preflight }) => preflight.obstacles.map((obstacle) => `host ${host.name}: ${obstacle}`));
  if (lines.length === 0) return undefined;
  return new UserError(
    `up would fail, and nothing was changed:\n${lines.join("\n")}`,
    "fix what each line names, then run the command again",
  );
}
