import { expect, test } from "vitest";
import { environmentOf } from "../../../runner/system/environment.ts";
import type { Environment, MachineShift } from "../../../runner/model.ts";
import { inTheirEnvironments } from "../../../runner/store/shifted-sessions.ts";
import { session } from "../report/fixture.ts";

const facts = {
  cpu: "Some CPU",
  machine: "0123456789abcdef",
  os: { id: "debian", versionId: "13" },
  python: { version: "3.13.5", buildFlags: "", sha256: "a".repeat(64) },
  compiler: "gcc 14",
  tuning: [],
};
const fan: MachineShift = { since: "2026-03-01T00:00:00Z", why: "a new fan" };
const room: MachineShift = { since: "2026-06-01T00:00:00Z", why: "another room" };
const still = environmentOf(facts);
const once = environmentOf({ ...facts, machineShifts: [fan] });
const twice = environmentOf({ ...facts, machineShifts: [fan, room] });

function environmentsOf(environments: readonly Environment[], measuredIn: Environment): string[] {
  const sessions = ["2026-02-01", "2026-03-02", "2026-06-02"].map((day, number) => ({
    ...session(number + 1, {}),
    environment: measuredIn.id,
    started: `${day}T12:00:00.000Z`,
  }));
  const names = new Map([still, once, twice].map(({ id }, index) => [id, ["still", "once", "twice"][index] ?? ""]));
  return inTheirEnvironments(sessions, environments).map(({ environment }) => names.get(environment) ?? environment);
}

test("a declared move is another environment, and so is each further one", () => {
  expect(new Set([still.id, once.id, twice.id]).size).toBe(3);
  expect(environmentOf({ ...facts, machineShifts: [fan, { ...room, why: "else" }] }).id).not.toBe(twice.id);
});

test("without a move every session counts for the environment it was measured in", () => {
  expect(environmentsOf([still], still)).toEqual(["still", "still", "still"]);
});

test("what was measured since the machine moved counts for the environment that this began, whenever it was declared", () => {
  expect(environmentsOf([still, once], still)).toEqual(["still", "once", "once"]);
  expect(environmentsOf([once, still, twice], still)).toEqual(["still", "once", "twice"]);
  expect(environmentsOf([twice, once], once)).toEqual(["once", "once", "twice"]);
});

test("sessions of other machines stay what they are", () => {
  const other = environmentOf({ ...facts, machine: "fedcba9876543210" });
  expect(environmentsOf([still, once], other)).toEqual([other.id, other.id, other.id]);
});
