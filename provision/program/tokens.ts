import type { Difference } from "../../runner/resources/difference.ts";
import { hashOf } from "../../runner/resources/resource-type.ts";
import { resource, type Resource } from "./resources.ts";

/** Probed state of one resource. */
export interface Seen {
  differences: Difference[];
  /** Hash of the last applied specification, and its token. Absent if the resource was never applied. */
  marker?: { specHash: string; token: string } | undefined;
  /** Token of the resource in the host's declaration. */
  declared?: string | undefined;
}

/**
 * Returns the token of a resource. Without differences it is the marker's token, so that Pulumi sees no change. Otherwise it is a new token,
 * so that Pulumi applies the resource.
 *
 * The token is a pure function of the host's state, and so equal in every run of the program over one state. A counter would collide with
 * Pulumi's state on a re-imaged host, and nothing would be applied. The hash includes the previous token, so that deleting a file twice
 * gives two tokens.
 *
 * @param instance identifies the installation: machine id and a random id that is written once.
 */
export function tokenOf(spec: unknown, seen: Seen, instance: string): string {
  const specHash = hashOf(spec);
  if (seen.differences.length === 0 && seen.marker?.specHash === specHash) return seen.marker.token;
  return hashOf([specHash, seen.marker?.token ?? "none", seen.declared ?? "none", seen.differences, instance]);
}

/**
 * Returns the tokens of a host's resources by name, in their order. An upgrade of the operating system renews the tokens of all later
 * resources, as its effects on them cannot be planned.
 */
export function tokensOf(resources: readonly Resource[], seen: (name: string) => Seen, instance: string): Map<string, string> {
  const tokens = new Map<string, string>();
  let upgrade: Difference[] = [];
  for (const resource of resources) {
    const { name, type, spec } = resource;
    const { differences, ...known } = seen(name);
    const token = tokenOf(spec, { ...known, differences: [...differences, ...upgrade] }, instance);
    tokens.set(name, token);
    if (type === "os" && spec.upgrade && token !== known.marker?.token)
      upgrade = [{ what: "operating system", is: "as before", shouldBe: token }];
  }
  return tokens;
}

/** Returns the declaration: all resources with their tokens. It is applied first, so that an incomplete `up` stops measuring. */
export function declarationOf(tokens: ReadonlyMap<string, string>): Resource {
  return resource("declaration", { resources: Object.fromEntries(tokens) });
}
