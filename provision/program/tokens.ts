import type { Difference } from "../../runner/resources/difference.ts";
import { hashOf } from "../../runner/resources/resource-type.ts";
import type { Resource } from "./resources.ts";

/** What the probe saw of one resource. */
export interface Seen {
  differences: Difference[];
  /** Hash of the spec last applied, and its token; absent when it never was. */
  marker?: { specHash: string; token: string } | undefined;
  /** The token that the host's declaration has for it. */
  declared?: string | undefined;
}

/**
 * The token that goes to the host with a resource. Where nothing differs it is the marker's own, so that Pulumi sees no
 * change; else it is new, so that the resource is applied. Pure, and the same in every run of the program over one state
 * of the host: a counter would collide with the state on a re-imaged host, and nothing would be applied. It contains what
 * it replaces: the same thing deleted twice gives two tokens.
 *
 * `instance` identifies the installation: machine id and a random id written once.
 */
export function tokenOf(spec: unknown, seen: Seen, instance: string): string {
  const specHash = hashOf(spec);
  if (seen.differences.length === 0 && seen.marker?.specHash === specHash) return seen.marker.token;
  return hashOf([specHash, seen.marker?.token ?? "none", seen.declared ?? "none", seen.differences, instance]);
}

/**
 * The tokens of a host's resources, in their order. What an upgrade of the operating system will change below those that come after it
 * cannot be seen ahead: with it, all of them are applied again.
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
