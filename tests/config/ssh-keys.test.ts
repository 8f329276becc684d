import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fingerprintMistake, hostKeyMistake, knownHostsMistake, namesHost, publicKeyMistake } from "../../config/ssh-keys.ts";

const ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB2k50ikljXYj/Y6NrEMgQ8L9ijdT6ZxRICGa4MC4DHS";
const ecdsa =
  "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHnlsZXLWYV0i9qG6hqxDfieIYVjLhNesynYcTXT/zdO9MoonO2tdeseskBkGxNpQRsF+IdT8NjGSgn858FfL/8=";

/** Encodes strings of the wire format: the length, then the bytes. */
function wire(...parts: (string | Buffer)[]): string {
  const blocks = parts.map((part) => {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return Buffer.concat(blocks).toString("base64");
}

describe("a host key", () => {
  test("of every fresh key pair is accepted", () => {
    for (let count = 0; count < 20; count++) {
      const raw = generateKeyPairSync("ed25519").publicKey.export({ format: "der", type: "spki" }).subarray(-32);
      expect(hostKeyMistake(`ssh-ed25519 ${wire("ssh-ed25519", raw)}`)).toBeUndefined();
    }
  });

  test.each([
    ["another type", ecdsa, "ssh-keyscan -t ed25519 HOST"],
    ["another type after its host", `bench1 ${ecdsa}`, "ssh-keyscan -t ed25519 HOST"],
    ["no key", "bench1", "ssh-keyscan -t ed25519 HOST"],
    ["nothing", "", "ssh-keyscan -t ed25519 HOST"],
    ["a comment", `${ed25519} root@bench1`, `write ${ed25519}`],
    ["a host before it", `bench1 ${ed25519}`, `write ${ed25519}`],
    ["a line end", `${ed25519}\n`, `write ${ed25519}`],
    ["the type alone", "ssh-ed25519", "copy the whole key"],
    ["a character missing", ed25519.slice(0, -1), "copy the whole key"],
    ["a character too many", `${ed25519}A`, "copy the whole key"],
    ["31 bytes", `ssh-ed25519 ${wire("ssh-ed25519", Buffer.alloc(31))}`, "copy the whole key"],
    ["33 bytes", `ssh-ed25519 ${wire("ssh-ed25519", Buffer.alloc(33))}`, "copy the whole key"],
    ["a part too many", `ssh-ed25519 ${wire("ssh-ed25519", Buffer.alloc(32), "x")}`, "copy the whole key"],
    ["the bytes of another type", `ssh-ed25519 ${wire("ssh-rsa", Buffer.alloc(32))}`, "copy the whole key"],
    ["a length beyond its end", `ssh-ed25519 ${Buffer.from([255, 255, 255, 255]).toString("base64")}`, "copy the whole key"],
    ["characters that are not base64", ed25519.replace("AAAAC3", "AAAA!3"), "copy the whole key"],
  ])("with %s is rejected", (_, text, hint) => {
    expect(hostKeyMistake(text)?.hint).toContain(hint);
  });
});

describe("the public key for the login", () => {
  test.each([ed25519, `${ed25519} ada@laptop`, ecdsa])("%s is accepted", (line) => {
    expect(publicKeyMistake(line)).toBeUndefined();
  });

  test.each([
    ["nothing", "", "is not a valid public key"],
    ["the path of a file", "~/.ssh/id_ed25519", "is not a valid public key"],
    ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----", "is not a valid public key"],
    ["a key cut off", ed25519.slice(0, -1), "damaged or cut off"],
    ["two keys", `${ed25519}\n${ed25519}`, "more than one line"],
  ])("%s is rejected", (_, text, message) => {
    expect(publicKeyMistake(text)).toMatchObject({
      message: expect.stringContaining(message),
      hint: expect.stringContaining("ssh-add -L"),
    });
  });
});

describe("a known_hosts line", () => {
  // Hashed by ssh-keygen -H.
  const hashed = `|1|kN4m/6a3U+Hre1+BaYRAwtaH8pI=|JohCAOOEgJ29iZlkDlZD3kc7ZO4= ${ed25519}`;
  const hashedPort = `|1|Y9fQs1X8Gbiav5m6QTPIESio9iY=|+VHC68+TOfaVu2FLdS+ummA01cI= ${ed25519}`;

  test.each([`github.com ${ed25519}`, `github.com,140.82.121.3 ${ecdsa} a comment`, `[git.example.org]:2222 ${ed25519}`, hashed])(
    "%s is accepted",
    (line) => {
      expect(knownHostsMistake(line)).toBeUndefined();
    },
  );

  test.each([
    "",
    "github.com",
    ed25519,
    `# github.com ${ed25519}`,
    `@revoked github.com ${ed25519}`,
    `a ${ed25519}\nb ${ed25519}`,
    "a ssh-dss AAAA",
    "a ssh-rsa AAAA",
  ])("%j is rejected", (line) => {
    expect(knownHostsMistake(line)).toBeDefined();
  });

  test.each([
    [`github.com ${ed25519}`, "github.com", 22, true],
    [`github.com ${ed25519}`, "GitHub.com", 22, true],
    [`github.com ${ed25519}`, "gitlab.com", 22, false],
    [`github.com ${ed25519}`, "githubXcom", 22, false],
    [`*.example.org,!old.example.org ${ed25519}`, "git.example.org", 22, true],
    [`*.example.org,!old.example.org ${ed25519}`, "old.example.org", 22, false],
    [`[127.0.0.5]:2222 ${ed25519}`, "127.0.0.5", 2222, true],
    [`[127.0.0.5]:2222 ${ed25519}`, "127.0.0.5", 22, false],
    [`127.0.0.5 ${ed25519}`, "127.0.0.5", 2222, true],
    [hashed, "git.example.org", 22, true],
    [hashed, "github.com", 22, false],
    [hashedPort, "git.example.org", 2222, true],
    [hashedPort, "git.example.org", 22, false],
  ])("%s names %s port %i: %s", (line, host, port, expected) => {
    expect(namesHost(line, host, port)).toBe(expected);
  });
});

test("a fingerprint is one that ssh-keygen prints", () => {
  expect(fingerprintMistake("SHA256:067xaT4P+oMZpPwj9rxdgs8ymiXnOPHuGpkhvUJYSeo")).toBeUndefined();
  for (const text of [
    "067xaT4P+oMZpPwj9rxdgs8ymiXnOPHuGpkhvUJYSeo",
    "MD5:00:11",
    "SHA256:short",
    "SHA256:067xaT4P+oMZpPwj9rxdgs8ymiXnOPHuGpkhvUJYSeo=",
  ]) {
    expect(fingerprintMistake(text)).toBeDefined();
  }
});
