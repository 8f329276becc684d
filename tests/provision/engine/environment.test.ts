import { dirname } from "node:path";
import { expect, test } from "vitest";
import { engineEnvironment, usesLocalState } from "../../../provision/engine/environment.ts";
import { engineFolder } from "../../../provision/engine/pulumi-home.ts";

test("a backend of the user and its passphrase stay unchanged", async () => {
  const given = { PULUMI_BACKEND_URL: "s3://bucket", PATH: "/usr/bin" };
  const environment = await engineEnvironment(given);
  expect(usesLocalState(given)).toBe(false);
  expect(environment["PULUMI_BACKEND_URL"]).toBe("s3://bucket");
  expect(environment["PULUMI_CONFIG_PASSPHRASE_FILE"]).toBeUndefined();
});

test("this process's Node comes first on PATH, then the engine's folder", async () => {
  const environment = await engineEnvironment({ PULUMI_BACKEND_URL: "s3://bucket", PATH: "/usr/bin" });
  expect(environment["PATH"]).toBe(`${dirname(process.execPath)}:${engineFolder}:/usr/bin`);
});

test("the user's options of Node precede the project's", async () => {
  const given = { PULUMI_BACKEND_URL: "s3://bucket", NODE_OPTIONS: "--trace-warnings" };
  expect((await engineEnvironment(given))["NODE_OPTIONS"]).toMatch(/^--trace-warnings --import=file:\/\/\S+\/tools\/lazy-modules\.js$/);
  expect((await engineEnvironment({ PULUMI_BACKEND_URL: "s3://bucket" }))["NODE_OPTIONS"]).toMatch(/^--import=\S+$/);
});
