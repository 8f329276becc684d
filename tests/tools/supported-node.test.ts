import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../config/root.ts";
import { packageFields } from "../../provision/engine/pulumi-home.ts";

const oldest = packageFields().engines.node.replace(">=", "");
const [major = "", hostFacts = ""] = oldest.split(".");

/** Runs a program of this checkout as under another version of Node. */
function under(version: string, program: string): { exitCode: number | null; output: string } {
  const pretend = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: ${JSON.stringify(version)} } });`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(pretend)}`, program, "--version"],
    { cwd: root, encoding: "utf8" },
  );
  return { exitCode: status, output: stdout + stderr };
}

describe("the oldest Node is the one of package.json", () => {
  test.each(["evenkeel.js", "start.js"])("%s rejects an older one and names the required version", (program) => {
    for (const version of ["20.20.2", `${major}.${Number(hostFacts) - 1}.9`]) {
      expect(under(version, program)).toEqual({
        exitCode: 1,
        output: expect.stringMatching(
          new RegExp(`^error: Node ${version.replaceAll(".", "\\.")} is too old\nhint: .* ${oldest} or later\n$`),
        ),
      });
    }
  });

  test("the commands run under it and later ones", () => {
    for (const version of [oldest, `${Number(major) + 1}.0.0`])
      expect(under(version, "evenkeel.js")).toEqual({ exitCode: 0, output: `${packageFields().version}\n` });
  });

  test.each(["README.md", "CONTRIBUTING.md", "docs/releases.md"])("%s names no other", (file) => {
    const text = readFileSync(join(root, file), "utf8");
    const named = [...text.matchAll(/Node (\d+(?:\.\d+)*)(?= or later)/g)].map(([, version = ""]) => version);
    expect(named.length).toBeGreaterThan(0);
    expect(new Set(named)).toEqual(new Set([`${major}.${hostFacts}`]));
  });
});
