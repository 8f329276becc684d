import { describe, expect, test } from "vitest";
import type { Difference } from "../../../runner/resources/difference.ts";
import { hashOf } from "../../../runner/resources/resource-type.ts";
import { resource, type Resource } from "../../../provision/program/resources.ts";
import { tokenOf, tokensOf, type Seen } from "../../../provision/program/tokens.ts";

const spec = { install: ["git", "gcc"], automaticUpdates: false as const };
const instance = "machine random";
const difference: Difference = { what: "package git", is: "not installed", shouldBe: "installed" };
const bare: Seen = { differences: [] };

/** What is seen once a resource was applied with a token. */
function applied(token: string, differences: Difference[] = []): Seen {
  return { differences, marker: { specHash: hashOf(spec), token }, declared: token };
}

describe("tokenOf", () => {
  test("is the marker's token without differences, so that a second up changes nothing", () => {
    const first = tokenOf(spec, bare, instance);
    expect(tokenOf(spec, applied(first), instance)).toBe(first);
    expect(tokenOf({ automaticUpdates: false, install: ["git", "gcc"] }, applied(first), instance)).toBe(first);
  });

  test("is the same in both runs of the program within one up", () => {
    expect(tokenOf(spec, { ...bare, differences: [difference] }, instance)).toBe(
      tokenOf(spec, { ...bare, differences: [difference] }, instance),
    );
  });

  test("is a new one after drift, a change of the spec, or on another installation", () => {
    const first = tokenOf(spec, bare, instance);
    const others = [
      tokenOf(spec, applied(first, [difference]), instance),
      tokenOf({ ...spec, install: ["git"] }, applied(first), instance),
      tokenOf(spec, bare, "machine other"),
    ];
    expect(new Set([first, ...others]).size).toBe(4);
  });

  test("is a new one when the same drift recurs", () => {
    const tokens = [tokenOf(spec, bare, instance)];
    for (let round = 0; round < 5; round++) tokens.push(tokenOf(spec, applied(tokens[round] ?? "", [difference]), instance));
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  test("is a new one each time that its marker is deleted", () => {
    const tokens = [tokenOf(spec, bare, instance)];
    for (let round = 0; round < 5; round++) tokens.push(tokenOf(spec, { differences: [], declared: tokens[round] }, instance));
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  test("is the old one again when a failed change is reverted", () => {
    const first = tokenOf(spec, bare, instance);
    const changed = tokenOf({ ...spec, install: ["gone"] }, applied(first), instance);
    expect(tokenOf(spec, { ...applied(first), declared: changed }, instance)).toBe(first);
  });
});

describe("with an upgrade of the operating system", () => {
  test("later resources are applied again without differences", () => {
    expect(changed(next(resources("12", false), resources("13", true)))).toEqual(["os", "packages"]);
  });

  test("nothing is applied after the upgrade, or for a release without upgrade", () => {
    expect(changed(next(resources("13", true), resources("13", true)))).toEqual([]);
    expect(changed(next(resources("12", false), resources("13", false)))).toEqual(["os"]);
  });
});

/** A host's resources, as far as it matters here. */
function resources(release: string, upgrade: boolean): Resource[] {
  return [resource("bundle", { sha256: "a" }), resource("os", { release, upgrade, preUpgradeRun: "ask" }), resource("packages", spec)];
}

/** The tokens after everything was applied by `before`. */
function next(before: Resource[], now: Resource[]): { old: Map<string, string>; tokens: Map<string, string> } {
  const old = tokensOf(before, () => bare, instance);
  const seen = (name: string): Seen => {
    const was = before.find((resource) => resource.name === name)?.spec;
    return { differences: [], marker: { specHash: hashOf(was), token: old.get(name) ?? "" }, declared: old.get(name) };
  };
  return { old, tokens: tokensOf(now, seen, instance) };
}
const changed = ({ old, tokens }: ReturnType<typeof next>): string[] =>
  [...tokens.keys()].filter((name) => tokens.get(name) !== old.get(name));
