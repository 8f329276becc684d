import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { layTrees } from "../../../runner/system/layers.ts";
import type { StepContext } from "../../../runner/system/sandboxed-step.ts";
import { accountOf } from "../../../runner/system/account.ts";
import { missingForBuilds } from "../suites/build-fixture.ts";

// Layers are what measured code left: nothing of one may decide where another is written.
describe.skipIf(missingForBuilds() !== undefined)("laying one tree over another", () => {
  let root: string;
  let steps: StepContext;
  const at = (...names: string[]): string => join(root, ...names);
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "evenkeel-layers-"));
    for (const name of ["below", "above"]) mkdirSync(at(name));
    writeFileSync(at("secret"), "secret");
    const limits = { memoryBytes: 1e9, processes: 64, diskBytes: 1e9 };
    steps = { account: await accountOf(userInfo().username), folders: [root], limits, timeoutSeconds: 60 };
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test("replaces a link by the file above it, and writes nothing through the link", async () => {
    symlinkSync(at("secret"), at("below", "payload.so"));
    symlinkSync("/dev/null", at("below", "device"));
    writeFileSync(at("above", "payload.so"), "planted");
    writeFileSync(at("above", "device"), "planted");
    expect(await layTrees([{ to: at("to"), layers: [at("below"), at("above")] }], "run", steps)).toEqual(new Map());
    expect(readFileSync(at("secret"), "utf8")).toBe("secret");
    expect(readFileSync(at("to", "payload.so"), "utf8")).toBe("planted");
    expect(lstatSync(at("to", "payload.so")).isFile()).toBe(true);
    expect(readFileSync(at("to", "device"), "utf8")).toBe("planted");
  });

  test("writes nothing into a folder behind a link, and says which tree cannot be made", async () => {
    mkdirSync(at("outside"));
    symlinkSync(at("outside"), at("below", "folder"));
    mkdirSync(at("above", "folder"));
    writeFileSync(at("above", "folder", "planted"), "");
    writeFileSync(at("below", "sound"), "sound");
    const failed = await layTrees(
      [
        { to: at("to"), layers: [at("below"), at("above")] },
        { to: at("other"), layers: [at("below")] },
      ],
      "run",
      steps,
    );
    expect([...failed.keys()].filter((folder) => folder !== at("to"))).toEqual([]);
    expect(existsSync(at("outside", "planted"))).toBe(false);
    expect(readFileSync(at("other", "sound"), "utf8")).toBe("sound");
  });
});
