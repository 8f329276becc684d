import { expect, test } from "vitest";
import { parseDependencies } from "../../../runner/store/dependency-list.ts";

test("a list of packages is names with versions or addresses", () => {
  const lines = ["attrs==25.3.0", "six==1.17.0.post1+local", "tiny @ file:///target/tiny-1.0.tar.gz", "a @ git+https://example.org/a@main"];
  expect(parseDependencies(`${lines.join("\n")}\n`)).toEqual(lines);
  expect(parseDependencies("")).toEqual([]);
});

test.each([
  "-r /etc/evenkeel/secrets/github",
  "--index-url=https://evil.example",
  "/etc/shadow",
  "../six==1.17.0",
  "six==1.17.0; import os",
  "six==1.17.0 --hash=sha256:00",
  "six",
  "six==../../x",
  "six @ /etc/shadow",
  "six==1\u001b[2J",
  "token-of-somebody",
])("%j makes it no list", (line) => {
  expect(parseDependencies(`attrs==25.3.0\n${line}\n`)).toBeUndefined();
});
