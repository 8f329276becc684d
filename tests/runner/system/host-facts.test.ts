import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { detectHostFacts, machineFacts, hostFactsHash } from "../../../runner/system/host-facts.ts";

const vulnerabilities = "sys/devices/system/cpu/vulnerabilities";
const machine = {
  "proc/cmdline": "BOOT_IMAGE=/boot/vmlinuz root=UUID=1 mitigations=auto",
  "proc/cpuinfo": "processor\t: 0\nmicrocode\t: 0xa601206\n",
  "proc/meminfo": "MemTotal:       16254321 kB",
  [`${vulnerabilities}/mds`]: "Mitigation: Clear CPU buffers; SMT vulnerable",
  [`${vulnerabilities}/spectre_v2`]: "Mitigation: Retpolines; IBPB: conditional; STIBP: conditional; RSB filling; BHI: Not affected",
  [`${vulnerabilities}/l1tf`]: "Mitigation: PTE Inversion; VMX: conditional cache flushes, SMT vulnerable",
  [`${vulnerabilities}/itlb_multihit`]: "KVM: Mitigation: Split huge pages",
  "sys/class/dmi/id/bios_vendor": "Example",
  "sys/class/dmi/id/bios_version": "2.21",
  "sys/class/dmi/id/bios_date": "05/24/2026",
};

describe("host facts of a machine", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "evenkeel-hostFacts-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** What is found on a machine with these files. */
  async function factsOf(files: Record<string, string>): Promise<Record<string, string>> {
    rmSync(root, { recursive: true });
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), `${content}\n`);
    }
    return machineFacts({ proc: join(root, "proc"), sys: join(root, "sys") });
  }

  test("are its command line, microcode, vulnerabilities, firmware and memory", async () => {
    expect(await factsOf(machine)).toEqual({
      commandLine: expect.stringMatching(/^[0-9a-f]{8}$/),
      microcode: "0xa601206",
      vulnerabilities: expect.stringMatching(/^[0-9a-f]{8}$/),
      firmware: "Example 2.21 05/24/2026",
      memoryGigabytes: "16",
    });
  });

  test("leave out what it does not tell", async () => {
    expect(await factsOf({ "proc/cpuinfo": "processor\t: 0\n" })).toEqual({});
  });

  test.each<[string, Record<string, string>]>([
    [
      "siblings taken offline, as tuning does",
      {
        mds: "Mitigation: Clear CPU buffers; SMT disabled",
        spectre_v2: "Mitigation: Retpolines; IBPB: conditional; STIBP: disabled; RSB filling; BHI: Not affected",
      },
    ],
    [
      "the module for virtual machines unloaded",
      { l1tf: "Mitigation: PTE Inversion; VMX: vulnerable, SMT vulnerable", itlb_multihit: "KVM: Vulnerable" },
    ],
  ])("are the same with %s", async (_what, changed) => {
    const files = Object.fromEntries(Object.entries(changed).map(([name, text]) => [`${vulnerabilities}/${name}`, text]));
    expect(await factsOf({ ...machine, ...files })).toEqual(await factsOf(machine));
  });

  test.each([
    ["commandLine", "proc/cmdline", "BOOT_IMAGE=/boot/vmlinuz root=UUID=1 mitigations=off"],
    ["microcode", "proc/cpuinfo", "microcode\t: 0xa601207"],
    ["vulnerabilities", `${vulnerabilities}/mds`, "Vulnerable; SMT vulnerable"],
    ["vulnerabilities", `${vulnerabilities}/vmscape`, "Not affected"],
    ["firmware", "sys/class/dmi/id/bios_version", "2.22"],
  ])("tell a change of the %s alone, by %s", async (fact, file, content) => {
    const [before, after] = [await factsOf(machine), await factsOf({ ...machine, [file]: content })];
    expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual([fact]);
    expect(hostFactsHash(after)).not.toBe(hostFactsHash(before));
  });

  test("count memory by its blocks: what a kernel leaves of it is another number with each", async () => {
    const blocks = Object.fromEntries(Array.from({ length: 124 }, (_, n) => [`sys/devices/system/memory/memory${n}/online`, "1"]));
    const files = { ...machine, ...blocks, "sys/devices/system/memory/block_size_bytes": "8000000" };
    const facts = await factsOf(files);
    expect(facts["memoryGigabytes"]).toBe("15.5");
    expect(await factsOf({ ...files, "proc/meminfo": "MemTotal:       16247000 kB" })).toEqual(facts);
  });
});

test("host facts are the same each time they are looked for, and name the libraries of the interpreter", async () => {
  const facts = await detectHostFacts(process.execPath);
  expect(facts).toMatchObject({
    kernel: expect.stringMatching(/^\d/),
    libc: expect.stringContaining("ldd"),
    "libc.so.6": expect.stringMatching(/^[0-9a-f]{8}$/),
  });
  expect(await detectHostFacts(process.execPath)).toEqual(facts);
});

test("their hash does not depend on their order", () => {
  expect(hostFactsHash({ kernel: "6.1", libc: "2.36" })).toBe(hostFactsHash({ libc: "2.36", kernel: "6.1" }));
  expect(hostFactsHash({ kernel: "6.1" })).toMatch(/^[0-9a-f]{8}$/);
});
