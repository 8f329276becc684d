import { expect, test } from "vitest";
import { isUnreached, reasonIn } from "../../../runner/system/git-answer.ts";

const unread = ["Please make sure you have the correct access rights", "and the repository exists."];
/** What git adds to every push that was refused. */
const failed = "error: failed to push some refs to 'git@example.org:o/n.git'";

test.each<[string, string[], string]>([
  [
    "an id of the request before it, and a link",
    [
      "remote: error: Trace: 8f1f0fdc0d4e6d7f5b1c8a9e        ",
      "remote: error: See https://example.org/lfs for more information.        ",
      "remote: error: File samples.json is 123.00 MB; this exceeds the file size limit of 100.00 MB        ",
      "To example.org:o/n.git",
      " ! [remote rejected] main -> main (pre-receive hook declined)",
      failed,
    ],
    "File samples.json is 123.00 MB; this exceeds the file size limit of 100.00 MB; [remote rejected] (pre-receive hook declined)",
  ],
  [
    "rules below the error",
    [
      "remote: error: GH013: Repository rule violations found for refs/heads/main.        ",
      "remote: Review all repository rules at https://example.org/o/n/rules        ",
      "remote:         ",
      "remote: - Changes must be made through a pull request.        ",
      "remote:         ",
      " ! [remote rejected] main -> main (push declined due to repository rule violations)",
      failed,
    ],
    "GH013: Repository rule violations found for refs/heads/main.; - Changes must be made through a pull request.; [remote rejected] (push declined due to repository rule violations)",
  ],
  [
    "a frame around it, and nothing of git's own",
    [
      "remote: ",
      "remote: ========================================================================",
      "remote: ",
      "remote: ERROR: This deploy key does not have write access to this project.",
      "remote: ",
      "remote: ========================================================================",
      "remote: ",
      "fatal: Could not read from remote repository.",
      "",
      ...unread,
    ],
    "This deploy key does not have write access to this project.",
  ],
  [
    "progress before a server's plain words",
    [
      "remote: Resolving deltas: 100% (3/3), done.",
      "remote: Gitea: Not allowed to push to protected branch main",
      " ! [remote rejected] main -> main (pre-receive hook declined)",
    ],
    "Gitea: Not allowed to push to protected branch main; [remote rejected] (pre-receive hook declined)",
  ],
  [
    "a login without a key",
    ["git@example.org: Permission denied (publickey).\r", "fatal: Could not read from remote repository.", "", ...unread],
    "git@example.org: Permission denied (publickey).",
  ],
  [
    "a repository that is not there",
    ["ERROR: Repository not found.", "fatal: Could not read from remote repository.", "", ...unread],
    "Repository not found.",
  ],
  [
    "the server's words, then git's",
    [
      "remote: Write access to repository not granted.",
      "fatal: unable to access 'https://example.org/o/n/': The requested URL returned error: 403",
    ],
    "Write access to repository not granted.; unable to access 'https://example.org/o/n/': The requested URL returned error: 403",
  ],
  ["only that it failed", ["remote: ", "fatal: the remote end hung up unexpectedly"], "the remote end hung up unexpectedly"],
  ["nothing", [], "no reason was given"],
])("of a server's answer the reason is reported: %s", (_case, lines, reason) => {
  expect(reasonIn({ stderr: lines.join("\n") })).toBe(reason);
});

test("how a push was refused is read from its output for programs", () => {
  const stdout = "To example.org:o/n.git\n!\tabc:refs/heads/main\t[remote rejected] (pre-receive hook declined)\nDone\n";
  expect(reasonIn({ stdout, stderr: failed })).toBe("[remote rejected] (pre-receive hook declined)");
});

test("a long answer is cut, and has no control characters", () => {
  const reason = reasonIn({ stderr: `remote: error: \u001b[31m${"x".repeat(1000)}\n` });
  expect(reason).toHaveLength(401);
  expect(reason).toMatch(/^x+…$/);
});

test.each<[string, string, boolean]>([
  ["a name that is not resolved", "fatal: unable to access 'https://example.org/a/': Could not resolve host: example.org", true],
  ["a connection refused", "fatal: unable to access 'https://example.org/a/': Failed to connect to example.org port 443 after 3 ms", true],
  ["a server that fails", "fatal: unable to access 'https://example.org/a/': The requested URL returned error: 503", true],
  ["too many requests", "fatal: unable to access 'https://example.org/a/': The requested URL returned error: 429", true],
  ["a connection that breaks", "error: RPC failed; curl 92 HTTP/2 stream 5 was not closed cleanly", true],
  ["git's own protocol", "fatal: unable to look up example.org (port 9418) (Name or service not known)", true],
  ["a repository that is forbidden", "fatal: unable to access 'https://example.org/a/': The requested URL returned error: 403", false],
  ["a repository that is gone", "remote: Not Found\nfatal: repository 'https://example.org/a/' not found", false],
  ["a commit that is gone", "fatal: remote error: upload-pack: not our ref 0123456789", false],
  ["words of a server", "remote: fatal: unable to access 'https://example.org/a/': Could not resolve host", false],
])("%s is told from what a server says of a repository", (_name, stderr, expected) => {
  expect(isUnreached({ stderr: `Cloning into 'part'...\n${stderr}\nfatal: clone of 'x' into submodule path 'part' failed` })).toBe(
    expected,
  );
});
