import { describe, expect, test } from "vitest";
import { changedSince } from "../../../provision/review/changed-since.ts";
import { plannedEffects } from "../../../runner/resources/planned-effects.ts";
import { reportWith } from "./example.ts";

const mode = { what: "/srv/log mode", is: "0600", shouldBe: "0755" };

describe("changedSince", () => {
  test("is empty without changes", () => {
    const made = { declared: { bench: { a: 1 } }, reports: { bench: reportWith({ drift: { directories: [mode] } }) } };
    expect(changedSince(made, made)).toEqual([]);
  });

  test("lists changes of the configuration, once for all hosts", () => {
    const then = { declared: { a: { measure: { samples: 5 } }, b: { measure: { samples: 5 } } }, reports: {} };
    const now = { declared: { a: { measure: { samples: 7 } }, b: { measure: { samples: 7 } }, c: {} }, reports: {} };
    expect(changedSince(then, now)).toEqual([
      "the configuration changed: measure.samples was 5, is 7",
      "the configuration changed: host c was added",
    ]);
    expect(changedSince(now, then)).toContain("the configuration changed: host c was removed");
  });

  test("lists changes of a host: drift that began, ended or changed", () => {
    const drifted = { declared: {}, reports: { bench: reportWith({ drift: { directories: [mode] } }) } };
    const clean = { declared: {}, reports: { bench: reportWith({}) } };
    const other = { declared: {}, reports: { bench: reportWith({ drift: { directories: [{ ...mode, is: "0700" }] } }) } };
    expect(changedSince(clean, drifted)).toEqual(["host bench changed: /srv/log mode is now 0600"]);
    expect(changedSince(drifted, clean)).toEqual(["host bench changed: /srv/log mode is no longer 0600"]);
    expect(changedSince(drifted, other)).toEqual(["host bench changed: /srv/log mode was 0600, is 0700"]);
  });

  test("lists a host that measures now, or that was changed since", () => {
    const python = plannedEffects({ effects: [{ what: "Python", is: "3.12", willBe: "3.13" }] });
    const then = { declared: {}, reports: { bench: reportWith({ planned: { python } }) } };
    expect(changedSince(then, { declared: {}, reports: { bench: { host: "bench", skipped: false, measuring: "evenkeel run" } } })).toEqual([
      "host bench changed: it is now measuring (evenkeel run)",
      "host bench changed: Python is no longer 3.12",
    ]);
  });
});
