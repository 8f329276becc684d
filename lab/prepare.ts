import { imageLayers, releases } from "./image.ts";
import { needPrograms } from "./machine.ts";
import type { Log } from "./progress.ts";
import { pythonSource } from "./python-source.ts";
import { fetchTarget } from "./target.ts";

/** Install, make and fetch all that hosts and their repositories are made of: hosts made side by side then find it there. */
export async function prepareLab(log: Log): Promise<void> {
  await needPrograms(["bwrap", "git", "mmdebstrap", "python3", "ssh", "ssh-agent", "sshd", "systemd-nspawn"], log);
  await Promise.all([...releases.map((release) => imageLayers(release, log)), pythonSource(log), fetchTarget(log)]);
}
