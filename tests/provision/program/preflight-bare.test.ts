import { describe, expect, test } from "vitest";
import { preflightBare } from "../../../provision/program/preflight-bare.ts";
import type { BareFacts, BareHost } from "../../../provision/program/probe.ts";
import { bareHost, config } from "./example.ts";

const withCompiler = { ...config, packages: ["clang"], measure: { ...config.measure, compiler: "clang" } };

function bare(facts: Partial<BareFacts>, host: Partial<BareHost> = {}): BareHost {
  return { ...bareHost, ...host, facts: { ...bareHost.facts, ...facts } };
}

describe("a bare host", () => {
  test("that satisfies the configuration has no obstacle", () => {
    expect(preflightBare(bare({}), withCompiler)).toEqual({ obstacles: [], notes: [] });
  });

  test.each<[string, BareHost, Partial<typeof config>, RegExp]>([
    ["another Python", bare({ python: "3.12.3" }), {}, /^python\.version is 3\.13, this distribution has 3\.12\.3: write python\.build/],
    [
      "another Python by its release, without package lists",
      bare({ python: undefined, id: "ubuntu", versionId: "24.04", hasLists: false }),
      {},
      /^python\.version is 3\.13, this distribution has 3\.12:/,
    ],
    ["no compiler", bare({}), { packages: [] }, /^measure\.compiler: clang is not on the host.*: add clang to `packages:`/],
    ["no such package", bare({ unknownPackages: ["clnag"] }), {}, /^package clnag: the archive has no such package: correct its name/],
    [
      "another release",
      bare({}),
      { os: { release: "12", upgrade: false } },
      /^this host runs Debian 13, os\.release is 12: write release: "13"/,
    ],
    ["too little room", bare({ free: 5e8 }), {}, /^disk: 1 GB needed below \/opt, 500 MB free: make room/],
    [
      "an unsupported distribution",
      bare({ id: "fedora", versionId: "43" }, { os: "Fedora Linux 43" }),
      {},
      /^this host runs Fedora Linux 43: Evenkeel needs Ubuntu 24\.04 or later, or Debian 12 or later: reinstall it$/,
    ],
  ])("with %s has one obstacle, with the fix", (_case, host, changes, obstacle) => {
    expect(preflightBare(host, { ...withCompiler, ...changes }).obstacles).toEqual([expect.stringMatching(obstacle)]);
  });

  test("needs more space if Python is built", () => {
    const build = { url: "https://example.org/Python-3.14.0.tar.xz", sha256: "0".repeat(64), configure: [] };
    const building = { ...withCompiler, python: { ...config.python, version: "3.14", build } };
    expect(preflightBare(bare({ free: 2e9 }), building).obstacles).toEqual([expect.stringMatching(/^disk: 3\.5 GB needed/)]);
  });

  test("that is upgraded first is not checked against packages of its present release", () => {
    const upgraded = { ...withCompiler, packages: [], os: { release: "13", upgrade: true } };
    const old = bare({ versionId: "12", python: "3.11.2" });
    expect(preflightBare(old, upgraded)).toEqual({ obstacles: [], notes: [expect.stringContaining("known after the upgrade")] });
  });

  test("that lost its Node is not checked against leftovers of an upgrade", () => {
    const lost = bare({ python: "3.11.2" }, { provisioned: true });
    expect(preflightBare(lost, { ...withCompiler, packages: [] }).obstacles).toEqual([]);
  });

  test("without package lists notes what is not known yet", () => {
    const { obstacles, notes } = preflightBare(bare({ hasLists: false, python: undefined, versionId: "14" }), {
      ...withCompiler,
      packages: [],
    });
    expect(obstacles).toEqual([]);
    expect(notes).toEqual([expect.stringContaining("Python"), expect.stringContaining("compiler clang")]);
  });
});
