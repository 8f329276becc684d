import { expect, test } from "vitest";
import { asRoot, runAsRoot } from "../../../runner/system/command.ts";

test("a program that ends before it has read its input does not end this process", async () => {
  const input = "x".repeat(1_000_000);
  expect((await runAsRoot(["true"], { input })).exitCode).toBe(0);
  expect((await runAsRoot(["false"], { input })).exitCode).toBe(1);
  expect((await asRoot({ input })`true`).exitCode).toBe(0);
});

test("a program that does not exist is a failure, not an exception", async () => {
  expect((await runAsRoot(["/no/such/program"])).exitCode).not.toBe(0);
});
