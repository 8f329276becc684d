import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import type { Account } from "../system/account.ts";
import { InfrastructureError } from "../system/infrastructure-error.ts";

/** A user namespace in which root is the sampler's account, and which has one other account: that of samples. */
export interface SamplerNamespace {
  /** Root starts a program as the namespace's root with this before the command. */
  prefix: readonly string[];
  /** The account of samples, as it is called in there. */
  samples: { uid: number; gid: number };
}

/** Lives as long as its standard input is open: until this process ends, however it does. */
const holder = ["/usr/bin/unshare", "--user", "/bin/sh", "-c", "echo ready; read -r line"] as const;

const made = new Map<string, Promise<SamplerNamespace>>();

/** The namespace for two accounts, made once by each process. @throws InfrastructureError where the host refuses it. */
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
  if (answer.length === 0 || pid === undefined) throw new InfrastructureError("the user namespace of the sampler cannot be made");
  // 0 is the sampler; the account of samples keeps its number, which /etc/passwd names.
  const uid = samples.uid === 0 ? 1 : samples.uid;
  const gid = samples.gid === 0 ? 1 : samples.gid;
  await writeFile(`/proc/${pid}/uid_map`, `0 ${sampler.uid} 1\n${uid} ${samples.uid} 1\n`);
  await writeFile(`/proc/${pid}/gid_map`, `0 ${sampler.gid} 1\n${gid} ${samples.gid} 1\n`);
  // Neither keeps this process from ending.
  child.unref();
  for (const stream of [child.stdin, child.stdout]) if ("unref" in stream && typeof stream.unref === "function") stream.unref();
  return {
    prefix: ["/usr/bin/nsenter", `--user=/proc/${pid}/ns/user`, "--setuid=0", "--setgid=0", "--"],
    samples: { uid, gid },
  };
}
