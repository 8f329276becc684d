import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { environmentOf, machineIdentity } from "../../../runner/system/environment.ts";
import { parseLibraries } from "../../../runner/system/libraries.ts";

const facts = {
  cpu: "Example 3000",
  machine: "0123456789abcdef",
  os: { id: "debian", versionId: "13" },
  python: { version: "3.13.5", buildFlags: "'--with-lto'", sha256: "a".repeat(64) },
  compiler: "gcc 14.2.0",
  tuning: ["pinned to one core"],
};

describe("the id of an environment", () => {
  test("is the one that stored results have", () => {
    expect(environmentOf(facts).id).toBe("ae938cc47af33863");
  });

  test("follows from the facts, not from their order", () => {
    const { tuning, python, ...others } = facts;
    const { sha256, ...rest } = python;
    expect(environmentOf({ tuning, python: { sha256, ...rest }, ...others })).toEqual(environmentOf(facts));
  });

  test.each<[string, Partial<typeof facts>]>([
    ["a security rebuild of the interpreter", { python: { ...facts.python, sha256: "b".repeat(64) } }],
    ["other build flags", { python: { ...facts.python, buildFlags: "" } }],
    ["another machine of the same CPU model", { machine: "fedcba9876543210" }],
    ["another OS release", { os: { id: "debian", versionId: "12" } }],
    ["another compiler", { compiler: "gcc 14.2.1" }],
    ["other tuning", { tuning: [] }],
  ])("is another one after %s", (_what, change) => {
    expect(environmentOf({ ...facts, ...change }).id).not.toBe(environmentOf(facts).id);
  });

  test("has host facts in it only where they are given", () => {
    const [one, other] = ["11111111", "22222222"].map((hostFacts) => environmentOf({ ...facts, hostFacts }));
    expect(new Set([environmentOf(facts).id, one?.id, other?.id]).size).toBe(3);
    expect(environmentOf(facts)).not.toHaveProperty("hostFacts");
  });
});

describe("the identity of a machine", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "evenkeel-machine-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** The machine with this board and this installation. */
  async function identity(uuid: string | undefined, machineId = "11111111111111111111111111111111"): Promise<string> {
    rmSync(root, { recursive: true });
    const files = { "etc/machine-id": machineId, ...(uuid !== undefined && { "sys/class/dmi/id/product_uuid": uuid }) };
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), `${content}\n`);
    }
    return machineIdentity(root);
  }

  const [one, other] = ["4c4c4544-0035-3010-8051-b4c04f4a4231", "4c4c4544-0035-3010-8051-b4c04f4a4232"];
  const otherInstallation = "22222222222222222222222222222222";

  test("is its board's: a replaced box is another machine, a new installation is not", async () => {
    expect(await identity(one)).not.toBe(await identity(other));
    expect(await identity(one, otherInstallation)).toBe(await identity(one));
  });

  test.each([
    undefined,
    "",
    "00000000-0000-0000-0000-000000000000",
    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
    "03000200-0400-0500-0006-000700080009",
  ])("is its installation's where the board says %s, as many boards do", async (uuid) => {
    expect(await identity(uuid, otherInstallation)).not.toBe(await identity(uuid));
    expect(await identity(uuid)).toBe(await identity(undefined));
  });

  test("does not name it to the world", async () => {
    expect(await identity(one)).toMatch(/^[0-9a-f]{16}$/);
    expect(one.replaceAll("-", "")).not.toContain(await identity(one));
  });
});

test("libraries are read with their paths, the loader too, and what the kernel brings is none", () => {
  const printed = [
    "\tlinux-vdso.so.1 (0x00007ffc2a3d2000)",
    "\tlibz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f0e3a1c1000)",
    "\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f0e39e00000)",
    "\tlibmissing.so.2 => not found",
    "\t/lib64/ld-linux-x86-64.so.2 (0x00007f0e3ab0d000)",
  ].join("\n");
  expect(parseLibraries(`${printed}\n`)).toEqual([
    { name: "ld-linux-x86-64.so.2", path: "/lib64/ld-linux-x86-64.so.2" },
    { name: "libc.so.6", path: "/lib/x86_64-linux-gnu/libc.so.6" },
    { name: "libz.so.1", path: "/lib/x86_64-linux-gnu/libz.so.1" },
  ]);
});
