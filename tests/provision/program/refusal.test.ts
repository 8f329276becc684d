import { expect, test } from "vitest";
import { explainRefusal } from "../../../provision/program/refusal.ts";

const host = { name: "bench", address: "203.0.113.10", port: 2222, user: "admin", hostKey: "ssh-ed25519 AAAA" };

test.each([
  [
    "another host key",
    [
      "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @",
      "The fingerprint for the ED25519 key sent by the remote host is",
      "SHA256:ku4sBDhoOBExtGvcJbTqGrrHXEClMsJCjGpo6GSCCxo.",
      "Add correct host key in /tmp/evenkeel-x/known_hosts to get rid of this message.",
      "Host key verification failed.",
    ].join("\n"),
    "shows another host key than the pinned one (it shows SHA256:ku4sBDhoOBExtGvcJbTqGrrHXEClMsJCjGpo6GSCCxo)",
    "ssh-keyscan -t ed25519 -p 2222 203.0.113.10",
  ],
  [
    "no key",
    "admin@203.0.113.10: Permission denied (publickey).",
    "rejects the login of admin: admin@203.0.113.10: Permission denied",
    "ssh-add -l",
  ],
  [
    "more keys than the server tries",
    "Received disconnect from 203.0.113.10 port 2222:2: Too many authentication failures\nDisconnected from 203.0.113.10 port 2222",
    "rejects the login of admin: too many keys were tried",
    "`ssh-add -L` that admin on the host accepts as identity:",
  ],
  ["no sudo", "sudo: a password is required", "does not let admin become root: sudo: a password is required", "passwordless sudo"],
  ["nothing there", "ssh: connect to host 203.0.113.10 port 2222: Connection timed out", "cannot be reached: ", "check address and port"],
  ["a bug", "TypeError: x is undefined\n    at y", "inspecting it failed:\nTypeError: x is undefined", "manually"],
])("%s is told with the host's name, the reason and what to do", (_case, stderr, message, hint) => {
  const error = explainRefusal(host, stderr);
  expect(error.message).toContain("host bench (admin@203.0.113.10:2222)");
  expect(error.message).toContain(message);
  expect(error.message).not.toContain("/tmp/");
  expect(error.hint).toContain(hint);
});

test("the hint for root covers hosts that reject root's login", () => {
  const error = explainRefusal({ ...host, user: "root" }, "root@203.0.113.10: Permission denied (publickey).");
  expect(error.hint).toContain("write an account with passwordless sudo as user:");
});

test("with a named key, the hint for a rejected login is about that key", () => {
  const error = explainRefusal({ ...host, identity: "ssh-ed25519 AAAA" }, "admin@203.0.113.10: Permission denied (publickey).");
  expect(error.hint).toContain("load the key that identity: names");
});
