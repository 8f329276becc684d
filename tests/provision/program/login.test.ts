import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { answerOf, printBegin } from "../../../provision/program/login.ts";

const host = { name: "bench", address: "203.0.113.10", port: 22, user: "admin", hostKey: "ssh-ed25519 AAAA" };
/** What a POSIX shell prints of a script. */
const printed = execFileSync("/bin/sh", ["-c", `${printBegin}\necho answer`], { encoding: "utf8" });

test("the output of a script is returned without the mark", () => {
  expect(answerOf(host, { exitCode: 0, stdout: printed, stderr: "Authorized use only\n" })).toBe("answer\n");
});

test.each([
  ["a line", "Welcome to bench\n"],
  ["a word without a line end", "Welcome to bench"],
  ["colours and two lines", "\n\u001b[32mWelcome to\u001b[0m\nbench\n"],
])("a login that prints %s is refused, as copies would fail, with what to do", (_case, text) => {
  const talking = (): unknown => answerOf(host, { exitCode: 0, stdout: `${text}${printed}`, stderr: "" });
  expect(talking).toThrow('host bench (admin@203.0.113.10:22): the login of admin prints text before commands run: "Welcome to bench"');
  expect(talking).toThrow(expect.objectContaining({ hint: expect.stringContaining(".bashrc") }));
});

test.each([
  ["fish", 127, "", "fish: Missing end to balance this if statement\nsudo -n nice -n 19 node - check", "Missing end to balance"],
  ["csh", 1, "", "if: Expression Syntax.\n", "if: Expression Syntax."],
  ["nologin", 1, "This account is currently not available.\n", "", "This account is currently not available."],
  ["git-shell", 128, "", "fatal: unrecognized command 'if [ 1 -eq 1 ]; then'\nhint: sudo: x", "unrecognized command"],
  ["one that ends in its startup files", 0, "", "", "commands of a POSIX shell"],
])("the hint for a login shell like %s is about the shell, not about sudo", (_case, exitCode, stdout, stderr, reason) => {
  const refused = (): unknown => answerOf(host, { exitCode, stdout, stderr });
  expect(refused).toThrow(reason);
  expect(refused).toThrow(expect.objectContaining({ hint: expect.stringContaining("chsh -s /bin/bash admin") }));
  expect(refused).not.toThrow(expect.objectContaining({ hint: expect.stringContaining("sudo") }));
});

test("the error of a host that requires another login account names it", () => {
  const stdout = 'Please login as the user "ubuntu" rather than the user "root".\n\n';
  const asking = (): unknown => answerOf(host, { exitCode: 142, stdout, stderr: "" });
  expect(asking).toThrow("requires the login account ubuntu");
  expect(asking).toThrow(expect.objectContaining({ hint: expect.stringContaining("write user: ubuntu under this host") }));
});

test("a login that fails is explained as before: by ssh, or by sudo once the shell runs", () => {
  const byShell = { stdout: printed, stderr: "sudo: a password is required\n", exitCode: 1 };
  expect(() => answerOf(host, byShell)).toThrow("does not let admin become root");
  const bySsh = { stdout: "", stderr: "ssh: connect to host 203.0.113.10 port 22: Connection refused\n", exitCode: 255 };
  expect(() => answerOf(host, bySsh)).toThrow("cannot be reached");
});
