import { expect, test } from "vitest";
import { pauseText } from "../../../runner/run/pause.ts";

const cron = "*/20 * * * *";
const pausing = { why: "a new fan", since: "2026-01-01T00:00:00.000Z" };

test("a paused schedule has a reason, from the configuration or from a command", () => {
  expect(pauseText({ enabled: true, cron }, undefined)).toBeUndefined();
  expect(pauseText({ enabled: true, cron }, pausing)).toBe("paused since 2026-01-01T00:00:00.000Z: a new fan");
  expect(pauseText({ enabled: false, why: "moving house", cron }, undefined)).toBe("paused by the configuration: moving house");
  expect(pauseText({ enabled: false, cron }, pausing)).toBe(
    "paused by the configuration: no reason given; paused since 2026-01-01T00:00:00.000Z: a new fan",
  );
});
