import type { HostEntry } from "../../config/schema.ts";
import { UserError } from "../../config/user-error.ts";

interface Refusal {
  /** In what ssh, or sudo, printed. */
  pattern: RegExp;
  /** What that means, after the name of the host. */
  explain: (host: HostEntry, stderr: string) => string;
  hint: (host: HostEntry) => string;
}

const rootMayNot = "; where root may not log in, as on Ubuntu, write an account with passwordless sudo as user:";

/** What goes wrong most when a host is looked at, and what to do about each. */
const refusals: Refusal[] = [
  {
    pattern: /Host key verification failed|REMOTE HOST IDENTIFICATION/,
    explain: (_host, stderr) => {
      const shown = /SHA256:[\w+/]+/.exec(stderr)?.[0];
      return `shows another host key than the pinned one${shown ? ` (it shows ${shown})` : ""}`;
    },
    hint: ({ port, address }) =>
      `if the host was reinstalled, write its new key under hostKey (\`ssh-keyscan -t ed25519 -p ${port} ${address}\`, compared on the host itself)`,
  },
  {
    pattern: /Too many authentication failures/,
    explain: ({ user }) => `does not let ${user} in: too many keys were tried`,
    hint: ({ user }) =>
      `a server closes the connection after a few keys, and your ssh agent offers all it holds (\`ssh-add -l\`): write the line of \`ssh-add -L\` that ${user} on the host accepts as identity: under this host`,
  },
  {
    pattern: /Permission denied/,
    explain: ({ user }, stderr) => `does not let ${user} in: ${lastLine(stderr)}`,
    hint: ({ user, identity }) =>
      identity === undefined
        ? `load a key that ${user} on the host accepts into your ssh agent (\`ssh-add -l\` lists what it holds)${user === "root" ? rootMayNot : ""}`
        : `load the key that identity: names into your ssh agent (\`ssh-add -L\` lists what it holds), and see that ${user} on the host accepts it`,
  },
  {
    pattern: /^sudo: /m,
    explain: ({ user }, stderr) => `does not let ${user} become root: ${lastLine(stderr)}`,
    hint: ({ user }) => `give ${user} passwordless sudo, or log in as root`,
  },
  {
    pattern: /Connection refused|timed out|No route|Could not resolve|unreachable|Connection reset|Connection closed|banner exchange/,
    explain: (_host, stderr) => `cannot be reached: ${lastLine(stderr)}`,
    hint: ({ name }) => `check address and port, and that its ssh server runs; or leave this host out: EVENKEEL_SKIP=${name}`,
  },
];

/** Names a host in an error. */
export function whereIs({ name, user, address, port }: HostEntry): string {
  return `host ${name} (${user}@${address}:${port})`;
}

/** Why a host could not be looked at, in one sentence. Nothing was changed there. */
export function explainRefusal(host: HostEntry, stderr: string): UserError {
  const where = whereIs(host);
  const known = refusals.find(({ pattern }) => pattern.test(stderr));
  if (known) return new UserError(`${where} ${known.explain(host, stderr)}`, known.hint(host));
  const lines = stderr.trim().split("\n").slice(-15).join("\n");
  return new UserError(`${where}: looking at it failed:\n${lines}`, "log in to it by hand with `ssh` to see more");
}

function lastLine(text: string): string {
  return text.trim().split("\n").pop() ?? "";
}
