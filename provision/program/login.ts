import type { HostEntry } from "../../config/schema.ts";
import { UserError } from "../../config/user-error.ts";
import { inOneLine } from "../../runner/text/plain-text.ts";
import { explainRefusal, whereIs } from "./refusal.ts";
import type { Answer } from "./ssh.ts";

const mark = "evenkeel-begins";

/** First command of a script for a host. Shells that are not POSIX fail at it. Text before its output is from the login. */
export const printBegin = `if [ 1 -eq 1 ]; then echo ${mark}; fi`;

/** Maximum length of quoted output of a login, in characters. */
const shown = 120;

/**
 * Returns the output of a script that starts with `printBegin`.
 * @throws UserError if the script failed, if the login shell did not run it, or if the login prints text: sftp, which copies the program,
 * reads such text as a packet ("Packet length … exceeds max length").
 */
export function answerOf(host: HostEntry, { exitCode, stdout, stderr }: Answer): string {
  const [printed = "", output] = stdout.split(`${mark}\n`, 2);
  if (output === undefined && exitCode !== sshFailed) throw unusableShell(host, stderr.trim() === "" ? printed : stderr);
  if (output === undefined || exitCode !== 0) throw explainRefusal(host, stderr);
  if (printed.trim() !== "") throw printingLogin(host, printed);
  return output;
}

/** Exit code of ssh itself. */
const sshFailed = 255;

function unusableShell(host: HostEntry, reason: string): UserError {
  // Cloud images accept a login as root only to print this.
  const other = /login as the user "?([\w.-]+)/i.exec(reason)?.[1];
  if (other !== undefined) {
    return new UserError(
      `${whereIs(host)} requires the login account ${other}`,
      `write user: ${other} under this host; the account needs passwordless sudo`,
    );
  }
  const why = inOneLine(reason.trim().split("\n")[0] ?? "").slice(0, shown);
  return new UserError(
    `${whereIs(host)}: the login shell of ${host.user} does not run commands of a POSIX shell${why === "" ? "" : `: ${why}`}`,
    `change the shell (\`chsh -s /bin/bash ${host.user}\` on the host), or log in as an account with a POSIX shell whose startup files do not exit`,
  );
}

function printingLogin(host: HostEntry, printed: string): UserError {
  const text = inOneLine(printed);
  return new UserError(
    `${whereIs(host)}: the login of ${host.user} prints text before commands run: "${text.slice(0, shown)}${text.length > shown ? "…" : ""}"`,
    "print the text in interactive shells only, as it breaks file transfers: begin ~/.bashrc on the host with `case $- in *i*) ;; *) return ;; esac`, and check /etc/bash.bashrc and ~/.ssh/rc",
  );
}
