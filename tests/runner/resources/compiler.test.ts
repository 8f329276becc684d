import { expect, test } from "vitest";
import { comingCompiler } from "../../../runner/resources/compiler.ts";

const clang = { name: "clang", coming: ["git", "clang"], isComplete: true, isPackage: true };

test("a compiler comes with the package of its name, cc with any of some", () => {
  expect(comingCompiler(clang)).toEqual({ state: "comes" });
  expect(comingCompiler({ ...clang, name: "cc", coming: ["tcc"] })).toEqual({ state: "comes" });
});

test("a compiler that no package brings is an obstacle that names the package to add", () => {
  expect(comingCompiler({ ...clang, coming: ["git"] })).toEqual({
    state: "missing",
    obstacle: expect.stringMatching(
      /^measure\.compiler: clang is not on the host, .*: add clang to `packages:`, or write another command$/,
    ),
  });
  expect(comingCompiler({ ...clang, name: "cc", coming: ["git"], isPackage: false })).toEqual({
    state: "missing",
    obstacle: expect.stringMatching(/: add gcc to `packages:`/),
  });
  expect(comingCompiler({ ...clang, name: "no-such-cc", coming: [], isPackage: false })).toEqual({
    state: "missing",
    obstacle: expect.stringMatching(/: add its package to `packages:`/),
  });
});

test("where packages come that may bring it, only the installation tells: nothing is refused", () => {
  expect(comingCompiler({ ...clang, name: "musl-gcc", coming: ["musl-tools"], isPackage: false })).toMatchObject({ state: "unknown" });
  expect(comingCompiler({ ...clang, coming: ["llvm"], isComplete: false })).toMatchObject({ state: "unknown" });
});
