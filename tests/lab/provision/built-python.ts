import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { keepPythons, quickBuild } from "../../../lab/built-python.ts";
import { labPaths } from "../../../lab/cache.ts";
import { underLock } from "../../../lab/lock.ts";
import { pythonSource, serveFile } from "../../../lab/python-source.ts";
import { hashFiles } from "../../../lab/snapshot.ts";
import { within } from "../../../lab/within.ts";
import { writeAtomically } from "../../../runner/system/atomic.ts";
import { ProvisionedHost, type Changes } from "./fixture.ts";

/** All that decides how Python is built. */
const madeFrom = [
  "lab/built-python.ts",
  "runner/resources/job.ts",
  "runner/resources/python",
  "runner/resources/python.ts",
  "tests/lab/provision/built-python.ts",
];

export const killEnsure = `kill -9 $(sed -n 's/.*"pid":\\([0-9]*\\).*/\\1/p' /run/evenkeel/holder.json)`;

/**
 * Other tests wait for the build: it gets the processor before those that run beside it. Linux shares it among sessions first, so that the nice
 * value of the session counts: sched(7), "The autogroup feature".
 */
const buildsFirst = `folder=/etc/systemd/system/evenkeel-python-build-.service.d
mkdir $folder && printf '[Service]\\nExecStartPost=-/bin/sh -c "echo -10 >/proc/$MAINPID/autogroup"\\n' >$folder/first.conf
systemctl daemon-reload`;

const recordSchema = z.object({
  /** Output and exit code of the `up` whose connection was lost while Python was compiled. */
  lost: z.object({ output: z.string(), exitCode: z.number() }),
  /** State of the build's unit, and the exit code of a run of the runner, right after that. */
  meanwhile: z.object({ unit: z.string(), run: z.number() }),
  /** Output of the next `up`, which succeeded. */
  attached: z.string(),
  /** What it left below the folder of builds, and files of others than root in the finished Python. */
  left: z.string(),
  notOfRoot: z.string(),
});
export type InterruptedBuild = z.infer<typeof recordSchema>;

/** Settings of a server that wants the built Python. */
export function wantsBuilt(source: { url: string; sha256: string }, build: Record<string, unknown> = {}): Changes {
  return { python: { version: "3.13", build: { ...source, ...quickBuild, ...build } } };
}

/**
 * Builds Python on a host of Debian 12, through a lost connection, and keeps it for `placePythons`: once, until something changes that decides
 * how it is built. Returns what the build showed.
 */
export async function builtPython(): Promise<InterruptedBuild> {
  const { sha256 } = await pythonSource();
  const record = join(labPaths.pythons, `${await hashFiles(madeFrom, sha256)}.json`);
  return underLock(join(labPaths.pythons, "lock"), async () => {
    if (existsSync(record)) return recordSchema.parse(JSON.parse(await readFile(record, "utf8")));
    const build = await buildInterrupted();
    await writeAtomically(record, JSON.stringify(build, null, 2));
    return build;
  });
}

/** Waits until Python is compiled; throws as soon as `up` ends without that. */
async function untilCompiling({ output, done }: Awaited<ReturnType<ProvisionedHost["startPulumi"]>>): Promise<void> {
  let hasEnded = false;
  void done.finally(() => (hasEnded = true));
  const isCompiling = (): boolean => /compiling with instruments/.test(output());
  await within(1800, async () => isCompiling() || hasEnded);
  if (!isCompiling()) throw new Error(`Python is not compiled:\n${output()}`);
}

async function buildInterrupted(): Promise<InterruptedBuild> {
  const source = await pythonSource();
  const served = await serveFile(source.content, `Python-${source.version}.tar.xz`);
  const server = await ProvisionedHost.make({ name: "build-python", release: "bookworm", user: "root", python: "3.11", isEquipped: true });
  try {
    await server.onHost(buildsFirst);
    await server.pulumi("up");
    await server.authorize();
    await server.succeeds("up");
    await server.configure(wantsBuilt({ url: served.url, sha256: source.sha256 }));
    const first = await server.startPulumi("up");
    await untilCompiling(first);
    await server.onHost(killEnsure);
    const { output, exitCode } = await first.done;
    const unit = await server.onHost("systemctl is-active 'evenkeel-python-build-*'");
    const run = (await server.tryOnHost("/opt/evenkeel/next/evenkeel run")).exitCode;
    const { output: attached } = await server.succeeds("up");
    const left = await server.onHost("ls -A /srv/state/python");
    const notOfRoot = await server.onHost("find /opt/evenkeel/python ! -user root");
    await keepPythons(server.host);
    return { lost: { output, exitCode }, meanwhile: { unit, run }, attached, left, notOfRoot };
  } finally {
    served.close();
    await server.remove();
  }
}
