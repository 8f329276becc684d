import { describe, expect, test } from "vitest";
import { compareEnvironments, compareMinorFacts } from "../../../provision/host/activation.ts";
import { acceptedMinor, type Generation } from "../../../provision/host/generations.ts";
import { environmentOf } from "../../../runner/host/environment.ts";
import { minorHash } from "../../../runner/host/minor-facts.ts";
import type { MinorFacts } from "../../../runner/model.ts";

const facts = {
  cpu: "Example 3000",
  machine: "0123456789abcdef",
  os: { id: "debian", versionId: "13" },
  python: { version: "3.13.5", buildFlags: "", sha256: "a".repeat(64) },
  compiler: "gcc 14.2.0",
  tuning: [],
};
const rebuilt = { ...facts, python: { ...facts.python, sha256: "b".repeat(64) } };
const [before, after]: MinorFacts[] = [
  { kernel: "6.12.1", libc: "2.41" },
  { kernel: "6.12.2", libc: "2.41" },
] as const;

/** A generation of an environment, with the minor facts that were taken for it. */
function generation(minor: MinorFacts, { of = facts, asSwitch = false } = {}): Generation {
  const environment = environmentOf({ ...of, ...(asSwitch && { minor: minorHash(minor) }) });
  return { bundle: "/opt/evenkeel/bundles/0", venv: "/opt/evenkeel/venv/0", environment, minor };
}

describe("minor facts that were taken for an environment", () => {
  test("are those it was activated with last", () => {
    expect(acceptedMinor(environmentOf(facts), [generation(after), generation(before)])).toEqual(after);
  });

  test("are its own, though another environment came between: going back does not take over what changed meanwhile", () => {
    const generations = [generation(after, { of: rebuilt }), generation(before)];
    expect(acceptedMinor(environmentOf(facts), generations)).toEqual(before);
  });

  test("are none for an environment that is new here", () => {
    expect(acceptedMinor(environmentOf(rebuilt), [generation(before)])).toBeUndefined();
    expect(acceptedMinor(environmentOf(facts), [])).toBeUndefined();
  });

  test("are those of before where they are to make another environment: taking them over is asked for all the same", () => {
    const now = environmentOf({ ...facts, minor: minorHash(after) });
    expect(acceptedMinor(now, [generation(before)])).toEqual(before);
    expect(acceptedMinor(now, [generation(before, { asSwitch: true })])).toEqual(before);
  });

  test("are those of the environment before the switch where minor facts shall make none any more", () => {
    const generations = [generation(after, { asSwitch: true }), generation(before)];
    expect(acceptedMinor(environmentOf(facts), generations)).toEqual(before);
  });
});

describe("what differs is told", () => {
  test("fact by fact, what to write comes with the last", () => {
    const now = { kernel: "6.12.2", libc: "2.41", "libz.so.1": "01234567" };
    expect(compareMinorFacts({ kernel: "6.12.1", libc: "2.41" }, now)).toEqual([
      { what: "minor fact kernel", is: "6.12.2", shouldBe: "6.12.1" },
      {
        what: "minor fact libz.so.1",
        is: "01234567",
        shouldBe: "none",
        hint: expect.stringContaining(`\`environment.minor: "${minorHash(now)}"\``),
      },
    ]);
    expect(compareMinorFacts(now, now)).toEqual([]);
  });

  test("of the environment by the field, and by the id only where no field tells", () => {
    expect(compareEnvironments(environmentOf(facts), environmentOf(rebuilt))).toEqual([
      { what: "environment python sha256", is: "b".repeat(64), shouldBe: "a".repeat(64) },
    ]);
    const { id: _, ...same } = environmentOf(facts);
    expect(compareEnvironments({ id: "other", ...same }, environmentOf(facts))).toEqual([
      { what: "environment id", is: environmentOf(facts).id, shouldBe: "other" },
    ]);
  });
});
