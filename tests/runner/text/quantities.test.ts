import { expect, test } from "vitest";
import { bytesText, counted, dayOf, durationText, minuteOf, percentText, roughDurationText } from "../../../runner/text/quantities.ts";

test("one of a thing is not several", () => {
  expect([0, 1, 2].map((count) => counted(count, "benchmark"))).toEqual(["0 benchmarks", "1 benchmark", "2 benchmarks"]);
  expect([1, 2].map((count) => counted(count, "entry", "entries"))).toEqual(["1 entry", "2 entries"]);
});

test.each([
  [-3, "0 s"],
  [0.4, "0 s"],
  [59.4, "59 s"],
  [59.6, "1 min"],
  [125, "2 min 5 s"],
  [3599.4, "59 min 59 s"],
  [3600, "1 h"],
  [3629, "1 h"],
  [4830, "1 h 21 min"],
  [7199, "2 h"],
  [100 * 3600, "100 h"],
])("%d s take %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

test.each([
  [0.2, "1 s"],
  [37, "37 s"],
  [89, "1 min"],
  [2405, "40 min"],
  [3599, "1 h"],
  [18_100, "5 h 2 min"],
])("an estimate of %d s is %s", (seconds, text) => {
  expect(roughDurationText(seconds)).toBe(text);
});

test("sizes are in powers of ten, with a decimal where it is not 0", () => {
  expect([500, 12_300, 256e6, 4.94e9, 5e9].map(bytesText)).toEqual(["0.5 kB", "12.3 kB", "256 MB", "4.9 GB", "5 GB"]);
});

test("shares are percent, with as many decimals as asked for", () => {
  expect([percentText(0.05), percentText(0.0021, 2)]).toEqual(["5 %", "0.21 %"]);
});

test("times are shown in UTC wherever they were written", () => {
  expect(dayOf("2026-03-01T23:30:00-05:00")).toBe("2026-03-02");
  expect(minuteOf("2026-03-01T23:30:59-05:00")).toBe("2026-03-02 04:30 UTC");
});
