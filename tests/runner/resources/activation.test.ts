import { describe, expect, test } from "vitest";
import { compareEnvironments, compareHostFacts } from "../../../runner/resources/activation.ts";
import { acceptedFacts, type Generation } from "../../../runner/resources/generations.ts";
import { environmentOf } from "../../../runner/system/environment.ts";
import { hostFactsHash } from "../../../runner/system/host-facts.ts";
import type { HostFacts } from "../../../runner/model.ts";

const facts = {
  cpu: "Example 3000",
  machine: "0123456789abcdef",
  os: { id: "debian", versionId: "13" },
  python: { version: "3.13.5", buildFlags: "", sha256: "a".repeat(64) },
  compiler: "gcc 14.2.0",
  tuning: [],
};
const rebuilt = { ...facts, python: { ...facts.python, sha256: "b".repeat(64) } };
const [before, after]: HostFacts[] = [
  { kernel: "6.12.1", libc: "2.41" },
  { kernel: "6.12.2", libc: "2.41" },
] as const;

/** A generation of an environment, with the host facts that were taken for it. */
function generation(hostFacts: HostFacts, { of = facts, startsNewEnvironment = false } = {}): Generation {
  const environment = environmentOf({ ...of, ...(startsNewEnvironment && { hostFacts: hostFactsHash(hostFacts) }) });
  return { bundle: "/opt/evenkeel/bundles/0", venv: "/opt/evenkeel/venv/0", environment, hostFacts };
}

describe("host facts that were taken for an environment", () => {
  test("are those it was activated with last", () => {
    expect(acceptedFacts(environmentOf(facts), [generation(after), generation(before)])).toEqual(after);
  });

  test("are its own, though another environment came between: going back does not take over what changed meanwhile", () => {
    const generations = [generation(after, { of: rebuilt }), generation(before)];
    expect(acceptedFacts(environmentOf(facts), generations)).toEqual(before);
  });

  test("are none for an environment that is new here", () => {
    expect(acceptedFacts(environmentOf(rebuilt), [generation(before)])).toBeUndefined();
    expect(acceptedFacts(environmentOf(facts), [])).toBeUndefined();
  });

  test("are those of before where they are to make another environment: taking them over is asked for all the same", () => {
    const now = environmentOf({ ...facts, hostFacts: hostFactsHash(after) });
    expect(acceptedFacts(now, [generation(before)])).toEqual(before);
    expect(acceptedFacts(now, [generation(before, { startsNewEnvironment: true })])).toEqual(before);
  });

  test("are those of the environment before the transition where host facts shall make none any more", () => {
    const generations = [generation(after, { startsNewEnvironment: true }), generation(before)];
    expect(acceptedFacts(environmentOf(facts), generations)).toEqual(before);
  });
});

describe("what differs is told", () => {
  test("fact by fact, what to write comes with the last", () => {
    const now = { kernel: "6.12.2", libc: "2.41", "libz.so.1": "01234567" };
    expect(compareHostFacts({ kernel: "6.12.1", libc: "2.41" }, now)).toEqual([
      { what: "host fact kernel", is: "6.12.2", shouldBe: "6.12.1" },
      {
        what: "host fact libz.so.1",
        is: "01234567",
        shouldBe: "not set",
        hint: expect.stringContaining(`\`environment.acceptedFacts: "${hostFactsHash(now)}"\``),
      },
    ]);
    expect(compareHostFacts(now, now)).toEqual([]);
  });

  test("of the environment by the field, and by the id only where no field tells", () => {
    expect(compareEnvironments(environmentOf(facts), environmentOf(rebuilt))).toEqual([
      { what: "environment python.sha256", is: "b".repeat(64), shouldBe: "a".repeat(64) },
    ]);
    const { id: _, ...same } = environmentOf(facts);
    expect(compareEnvironments({ id: "other", ...same }, environmentOf(facts))).toEqual([
      { what: "environment id", is: environmentOf(facts).id, shouldBe: "other" },
    ]);
  });
});
