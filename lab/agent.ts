import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { labPaths } from "./cache.ts";
import { needPrograms } from "./machine.ts";
import { silent, type Log } from "./progress.ts";
import { shell } from "./shell.ts";

const lock = join(labPaths.lab, "agent.lock");
/** What ssh-agent printed when it started: its process id among it. */
const record = join(labPaths.lab, "agent.env");

/** The lab's ssh-agent with the lab's key in it; a living one is reused. Returns its SSH_AUTH_SOCK. */
export async function labAgent(log: Log = silent): Promise<string> {
  await needPrograms(["ssh", "ssh-agent"], log);
  await labKey();
  await shell({ env: { ...process.env, SSH_AUTH_SOCK: labPaths.agentSocket } })`
    exec 9>${lock}; flock 9
    state=0; ssh-add -l >/dev/null 2>&1 || state=$?
    if [ $state = 2 ]; then rm -f ${labPaths.agentSocket}; ssh-agent -a ${labPaths.agentSocket} >${record} 9>&-; fi
    if [ $state != 0 ]; then ssh-add -q ${labPaths.key} 9>&-; fi`;
  return labPaths.agentSocket;
}

/** The public half of the key that opens every lab host; the key is made once. */
export async function labKey(): Promise<string> {
  await mkdir(labPaths.lab, { recursive: true, mode: 0o700 });
  await shell`
    exec 9>${lock}; flock 9
    [ -f ${labPaths.key} ] || ssh-keygen -q -t ed25519 -N '' -C evenkeel-lab -f ${labPaths.key}`;
  return (await readFile(labPaths.publicKey, "utf8")).trim();
}

/** End the lab's agent, if one lives. */
export async function stopAgent(): Promise<void> {
  if (!existsSync(record)) return;
  const pid = /SSH_AGENT_PID=(\d+)/.exec(await readFile(record, "utf8"))?.[1];
  await shell({ nothrow: true, env: { ...process.env, SSH_AGENT_PID: pid } })`ssh-agent -k`;
  await rm(record, { force: true });
}
