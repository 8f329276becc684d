import type { HostEntry } from "../../config/schema.ts";
import { UserError } from "../../config/user-error.ts";
import { inOneLine } from "../../runner/text/plain-text.ts";
import { explainRefusal, whereIs } from "./refusal.ts";
import type { Answer } from "./ssh.ts";

const mark = "evenkeel-begins";

/** First command of a script for a host. Shells that are not POSIX refuse it; what is printed before it is the login's. */
export const printBegin = `if [ 1 -eq 1 ]; then echo ${mark}; fi`;

/** Characters shown of what a login printed. */
const shown = 120;

/**
 * Returns what a script that starts with `sayBegin` printed.
 * @throws UserError where it failed, where the login shell did not run it, or where the login itself prints text: sftp, by which the program is
 * copied, takes that for a packet ("Packet length … exceeds max length").
 */
export function answerOf(host: HostEntry, { exitCode, stdout, stderr }: Answer): string {
  const [printed = "", said] = stdout.split(`${mark}\n`, 2);
  if (said === undefined && exitCode !== sshFailed) throw unusableShell(host, stderr.trim() === "" ? printed : stderr);
  if (said === undefined || exitCode !== 0) throw explainRefusal(host, stderr);
  if (printed.trim() !== "") throw talkingLogin(host, printed);
  return said;
}

/** Exit code of ssh itself. */
const sshFailed = 255;

function unusableShell(host: HostEntry, reason: string): UserError {
  // Images for clouds let root log in to be told this.
  const other = /login as the user "?([\w.-]+)/i.exec(reason)?.[1];
  if (other !== undefined) {
    return new UserError(
      `${whereIs(host)} asks for another login: ${other}`,
      `write user: ${other} under this host; it needs passwordless sudo`,
    );
  }
  const why = inOneLine(reason.trim().split("\n")[0] ?? "").slice(0, shown);
  return new UserError(
    `${whereIs(host)}: the login shell of ${host.user} does not run commands of a POSIX shell${why === "" ? "" : `: ${why}`}`,
    `set it to one that does (\`chsh -s /bin/bash ${host.user}\` on the host), or log in as an account that has one; its startup files must not end it`,
  );
}

function talkingLogin(host: HostEntry, printed: string): UserError {
  const text = inOneLine(printed);
  return new UserError(
    `${whereIs(host)}: the login of ${host.user} prints text before commands run: "${text.slice(0, shown)}${text.length > shown ? "…" : ""}"`,
    "this breaks file transfers; print it in interactive shells only: begin ~/.bashrc on the host with `case $- in *i*) ;; *) return ;; esac`, and look at /etc/bash.bashrc and ~/.ssh/rc too",
  );
}
