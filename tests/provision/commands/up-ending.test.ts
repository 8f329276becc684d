import { describe, expect, test } from "vitest";
import type { Preflight } from "../../../runner/resources/preflight.ts";
import { failedEnding, succeededEnding, type Seen } from "../../../provision/commands/up-ending.ts";

const next = "npm run up -- config/yours.yaml";
const publicKey = "ssh-ed25519 AAAAC3Nz evenkeel bench";
const results = { url: "git@github.com:owner/results.git", isWritten: true, opens: false, problem: "Permission denied" };

function seen(preflight: Partial<Preflight>, host = "bench"): Seen {
  return { host, preflight: { obstacles: [], notes: [], unasked: [], ...preflight } };
}

describe("a failed up ends with", () => {
  test("the key, the page to add it to, and the exact next command", () => {
    const obstacles = [`the deploy key does not open ${results.url}: Permission denied`];
    expect(failedEnding([seen({ obstacles, key: { publicKey, refused: [results] } })], next)).toEqual([
      "",
      "The deploy key is not accepted yet.",
      "  Key of bench:",
      "",
      publicKey,
      "",
      "  Add it to:",
      "    https://github.com/owner/results/settings/keys/new (allow write access)",
      "",
      `Then run: ${next}`,
    ]);
  });

  test("the access to allow if the key can only read a repository", () => {
    const lines = failedEnding([seen({ key: { publicKey, refused: [{ ...results, opens: true }] } })], next);
    expect(lines).toContain("    https://github.com/owner/results/settings/keys/new (the key can only read: allow write access)");
  });

  test("a hint about GitHub if several of its repositories need one key", () => {
    const target = { ...results, url: "git@github.com:owner/target.git", isWritten: false };
    const lines = failedEnding([seen({ key: { publicKey, refused: [target, results] } })], next);
    expect(lines.join("\n")).toMatch(
      /settings\/keys\/new\n.*settings\/keys\/new \(allow write access\)\nGitHub accepts a deploy key for one repository only/,
    );
  });

  test("the other obstacles, a line each", () => {
    const unreachable = { host: "away", unreachable: "host away cannot be reached: refused: check\nits port" };
    const lines = failedEnding([seen({ obstacles: ["target.branch: gone:\n  push it"] }), unreachable], next);
    expect(lines).toEqual([
      "",
      "`up` did not finish.",
      "  bench: target.branch: gone: push it",
      "  host away cannot be reached: refused: check its port",
      "",
      `Then run: ${next}`,
    ]);
  });

  test("the obstacles again after a preview, which prints all settings below them", () => {
    expect(failedEnding([seen({ obstacles: ["target.branch: gone"] })], "npm run preview", "preview")).toEqual([
      "",
      "`preview` did not finish.",
      "  bench: target.branch: gone",
      "",
      "Then run: npm run preview",
    ]);
  });

  test("a pointer to the output above if there is no obstacle", () => {
    expect(failedEnding([seen({})], next)).toContain("  See the error in the output above.");
  });

  test("at most 25 lines for any number of hosts", () => {
    const many = Array.from({ length: 9 }, (_, index) => seen({ key: { publicKey, refused: [results] } }, `bench${index}`));
    const lines = failedEnding(many, next);
    expect(lines).toHaveLength(25);
    expect(lines).toContain(publicKey);
    expect(lines.at(-3)).toMatch(/^ {2}and \d+ more lines/);
    expect(lines.at(-1)).toBe(`Then run: ${next}`);
  });
});

test("a successful up ends with the status command of each host", () => {
  const host = { name: "bench", login: "ssh root@203.0.113.10" };
  expect(succeededEnding([host], false).at(-1)).toBe("  bench: ssh root@203.0.113.10 evenkeel status");
  expect(succeededEnding([host], true)).toContain("The schedule is paused (schedule.enabled is false).");
  expect(
    succeededEnding(
      Array.from({ length: 40 }, () => host),
      false,
    ),
  ).toHaveLength(25);
});
