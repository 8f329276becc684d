import type { HostEntry } from "../../config/schema.ts";
import { UserError } from "../../config/user-error.ts";

interface Refusal {
  /** Pattern in the output of ssh or sudo. */
  pattern: RegExp;
  /** Returns the meaning, to follow the name of the host. */
  explain: (host: HostEntry, stderr: string) => string;
  hint: (host: HostEntry) => string;
}

const rootMayNot = "; if root may not log in, as on Ubuntu, write an account with passwordless sudo as user:";

/** Common failures of connecting to a host, with their fixes. */
const refusals: Refusal[] = [
  {
    pattern: /Host key verification failed|REMOTE HOST IDENTIFICATION/,
    explain: (_host, stderr) => {
      const shown = /SHA256:[\w+/]+/.exec(stderr)?.[0];
      return `shows another host key than the pinned one${shown ? ` (it shows ${shown})` : ""}`;
    },
    hint: ({ port, address }) =>
      `if the host was reinstalled, write its new key as hostKey: (\`ssh-keyscan -t ed25519 -p ${port} ${address}\`, after comparing it on the host)`,
  },
  {
    pattern: /Too many authentication failures/,
    explain: ({ user }) => `rejects the login of ${user}: too many keys were tried`,
    hint: ({ user }) =>
      `write the line of \`ssh-add -L\` that ${user} on the host accepts as identity: under this host; your ssh agent offers all its keys (\`ssh-add -l\`), and a server accepts few attempts`,
  },
  {
    pattern: /Permission denied/,
    explain: ({ user }, stderr) => `rejects the login of ${user}: ${lastLine(stderr)}`,
    hint: ({ user, identity }) =>
      identity === undefined
        ? `load a key that ${user} on the host accepts into your ssh agent (\`ssh-add -l\` lists its keys)${user === "root" ? rootMayNot : ""}`
        : `load the key that identity: names into your ssh agent (\`ssh-add -L\` lists its keys), and check that ${user} on the host accepts it`,
  },
  {
    pattern: /^sudo: /m,
    explain: ({ user }, stderr) => `does not let ${user} become root: ${lastLine(stderr)}`,
    hint: ({ user }) => `give ${user} passwordless sudo, or log in as root`,
  },
  {
    pattern: /Connection refused|timed out|No route|Could not resolve|unreachable|Connection reset|Connection closed|banner exchange/,
    explain: (_host, stderr) => `cannot be reached: ${lastLine(stderr)}`,
    hint: ({ name }) => `check address and port, and that its ssh server runs; or skip this host: EVENKEEL_SKIP=${name}`,
  },
];

/** Returns the name and address of a host, for errors. */
export function whereIs({ name, user, address, port }: HostEntry): string {
  return `host ${name} (${user}@${address}:${port})`;
}

/** Returns the error for a host that could not be inspected. Nothing was changed on it. */
export function explainRefusal(host: HostEntry, stderr: string): UserError {
  const where = whereIs(host);
  const known = refusals.find(({ pattern }) => pattern.test(stderr));
  if (known) return new UserError(`${where} ${known.explain(host, stderr)}`, known.hint(host));
  const lines = stderr.trim().split("\n").slice(-15).join("\n");
  return new UserError(`${where}: inspecting it failed:\n${lines}`, "log in manually with `ssh` to see more");
}

function lastLine(text: string): string {
  return text.trim().split("\n").pop() ?? "";
}
