import type { spawn } from "node:child_process";
import { $ as zx, type Shell } from "zx/core";
import { inShell } from "../runner/system/command.ts";

// bash takes a socket on its standard input, which Node gives it, for a remote login, and reads ~/.bashrc, unless another shell started it.
process.env["SHLVL"] = "2";

/** The lab's shell on the admin's machine: nothing echoed, fails on the first error; what would ask a question finds no answer. */
export const shell: Shell = zx({
  quiet: true,
  input: "",
  shell: "/bin/bash",
  prefix: "set -euo pipefail;",
  spawn: inShell as typeof spawn,
});
