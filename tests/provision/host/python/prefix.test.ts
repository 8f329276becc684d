import { expect, test } from "vitest";
import { buildKey, compilerOf } from "../../../../provision/host/python/prefix.ts";

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
