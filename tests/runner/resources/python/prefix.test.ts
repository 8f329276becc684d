import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { buildKey, compilerOf, versionOf } from "../../../../runner/resources/python/prefix.ts";

const build = { url: "https://example.org/Python-3.13.5.tar.xz", sha256: "0".repeat(64), configure: ["--enable-shared"] };
const key = buildKey(build, "gcc 14.2.0");

test("a build's folder is another one for another source, other arguments, another profile task, another compiler", () => {
  const others = [
    buildKey({ ...build, sha256: "1".repeat(64) }, "gcc 14.2.0"),
    buildKey({ ...build, configure: [] }, "gcc 14.2.0"),
    buildKey({ ...build, profileTask: "-m test --pgo test_json" }, "gcc 14.2.0"),
    buildKey(build, "gcc 14.2.1"),
  ];
  expect(new Set([key, ...others]).size).toBe(5);
});

test("it is the same one wherever the source comes from", () => {
  expect(buildKey({ ...build, url: "/root/Python.tar.xz" }, "gcc 14.2.0")).toBe(key);
  expect(key).toMatch(/^[0-9a-f]{8}$/);
});

test.each([
  [[], "gcc"],
  [["--enable-shared", "CC=clang-19"], "clang-19"],
  [["CC=clang-19", "CC=gcc-14 -m64"], "gcc-14"],
])("configure %j compiles with %s", (configure, compiler) => {
  expect(compilerOf({ configure })).toBe(compiler);
});

/** An interpreter that is a shell script. */
function interpreter(script: string): string {
  const folder = mkdtempSync(join(tmpdir(), "interpreter-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  const file = join(folder, "python3");
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

describe("the version of an interpreter", () => {
  test("is what it answers", async () => {
    expect(await versionOf(interpreter("echo 3.13.5"))).toBe("3.13.5");
  });

  test("is none where there is no interpreter, and where it fails", async () => {
    expect(await versionOf("/nowhere/python3")).toBeUndefined();
    expect(await versionOf(interpreter("echo broken >&2; exit 1"))).toBeUndefined();
  });

  test("is asked again where the interpreter was killed before it could answer", async () => {
    const once = interpreter('test -e "$0.asked" && echo 3.13.5 || { : >"$0.asked"; kill -9 $$; }');
    chmodSync(join(once, ".."), 0o777);
    expect(await versionOf(once)).toBe("3.13.5");
  });

  test("is unknown, not missing, where it is killed each time", async () => {
    await expect(versionOf(interpreter("kill -9 $$"))).rejects.toMatchObject({
      message: expect.stringMatching(/python3 could not be asked for its version: (SIGKILL|exit code 137)$/),
      hint: "run the command again",
    });
  });
});
