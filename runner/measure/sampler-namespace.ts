import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { Account } from "../system/account.ts";
import { InfrastructureError } from "../system/infrastructure-error.ts";

/** A user namespace with two accounts: its root is the sampler's account, the other one is the account of samples. */
export interface SamplerNamespace {
  /** Command prefix with which root starts a program as the namespace's root. */
  prefix: readonly string[];
  /** Ids of the account of samples inside the namespace. */
  samples: { uid: number; gid: number };
}

/** Command that keeps the namespace open until its standard input closes, at the end of this process. */
const holder = ["/usr/bin/unshare", "--user", "/bin/sh", "-c", "echo ready; read -r line"] as const;

const made = new Map<string, Promise<SamplerNamespace>>();

/** Returns the namespace of two accounts, created once per process. @throws InfrastructureError if the host refuses it. */
export function samplerNamespace(sampler: Account, samples: Account): Promise<SamplerNamespace> {
  const key = `${sampler.uid} ${samples.uid}`;
  const found = made.get(key) ?? makeNamespace(sampler, samples);
  made.set(key, found);
  found.catch(() => made.delete(key));
  return found;
}

async function makeNamespace(sampler: Account, samples: Account): Promise<SamplerNamespace> {
  const [file, ...args] = holder;
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "ignore"], detached: true, cwd: "/" });
  child.stdin.on("error", () => undefined);
  const answer = await Promise.race([once(child.stdout, "data"), once(child, "exit").then(() => [])]).catch(() => []);
  const { pid } = child;
  if (answer.length === 0 || pid === undefined) throw new InfrastructureError("could not create the user namespace of the sampler");
  // 0 is the sampler; the account of samples keeps its number, which /etc/passwd names.
  const uid = samples.uid === 0 ? 1 : samples.uid;
  const gid = samples.gid === 0 ? 1 : samples.gid;
  await writeFile(`/proc/${pid}/uid_map`, `0 ${sampler.uid} 1\n${uid} ${samples.uid} 1\n`);
  await writeFile(`/proc/${pid}/gid_map`, `0 ${sampler.gid} 1\n${gid} ${samples.gid} 1\n`);
  // Neither may keep this process alive.
  child.unref();
  for (const stream of [child.stdin, child.stdout]) if ("unref" in stream && typeof stream.unref === "function") stream.unref();
  return {
    prefix: ["/usr/bin/nsenter", `--user=/proc/${pid}/ns/user`, "--setuid=0", "--setgid=0", "--"],
    samples: { uid, gid },
  };
}
