import { $ as zx, type Shell } from "zx/core";

/** The lab's shell on the admin's machine: nothing echoed, fails on the first error; what would ask a question finds no answer. */
export const shell: Shell = zx({ quiet: true, input: "", shell: "/bin/bash", prefix: "set -euo pipefail;" });
