import { chmod, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseAddress, putSecret, readSecret } from "../../../runner/alerts/secrets.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "evenkeel-secrets-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a secret is stored for root only, and read without the end of the line", async () => {
  await putSecret("github", "token-1\n", folder);
  expect((await stat(join(folder, "github"))).mode & 0o777).toBe(0o600);
  expect(await readSecret("github", folder)).toBe("token-1");
});

test("a secret that others can read is refused, with the command that stores it again", async () => {
  await putSecret("github", "token-1\n", folder);
  await chmod(join(folder, "github"), 0o640);
  await expect(readSecret("github", folder)).rejects.toThrow("is readable by other accounts than root");
  await expect(readSecret("ping", folder)).rejects.toMatchObject({ hint: expect.stringContaining("npm run secret -- put") });
});

test.each(["", "two words", "several\nlines"])("%j is not a valid secret", async (given) => {
  await expect(putSecret("github", given, folder)).rejects.toThrow("is not one word");
});

test("an unknown name is refused with the valid ones", async () => {
  await expect(putSecret("slack", "x", folder)).rejects.toMatchObject({ hint: "write one of webhook, github, ping" });
});

test.each(["https://hooks.example.org/x/y", "http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:1/"])(
  "%s may hold a secret",
  (address) => {
    expect(parseAddress(address).href).toBe(address);
  },
);

test.each(["http://hooks.example.org/secret", "http://127.0.0.1.example.org/secret", "ftp://x/secret", "hooks.example.org/secret"])(
  "%s may not, and is not repeated in the error",
  (address) => {
    expect(() => parseAddress(address)).toThrow(/^the URL is not a valid https URL$/);
  },
);
