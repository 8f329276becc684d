import { commandLine } from "../../../config/command-line.ts";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { UserError } from "../../../config/user-error.ts";
import type { Account } from "../../system/account.ts";
import { as, asRoot } from "../../system/command.ts";
import { forgetJob, runJob } from "../job.ts";
import type { BuildSpec } from "./choice.ts";

const limitMinutes = 60;

/** Any archive: read without root's rights, written by root, so that nobody can change it after it was checked. */
const download = `setpriv --reuid="$1" --regid="$2" --clear-groups python3 -I -c "$3" "$4" >"$5"`;
const readUrl = `
import shutil, sys, urllib.request
with urllib.request.urlopen(sys.argv[1], timeout=60) as answer:
    shutil.copyfileobj(answer, sys.stdout.buffer)
`;

/**
 * The source archive at `file`, only if it is the declared one.
 * @throws UserError where it cannot be had, or is another file: that one is deleted.
 */
export async function fetchSource(
  { url, sha256 }: BuildSpec,
  { file, account, log }: { file: string; account: Account; log: (line: string) => void },
): Promise<void> {
  if ((await sha256Of(file)) === sha256) return;
  await mkdir(dirname(file), { recursive: true });
  await bring(url, sha256, { file, account, log });
  const is = await sha256Of(file);
  if (is === sha256) return;
  await rm(file, { force: true });
  throw new UserError(
    `${url} is not the declared source: its SHA-256 is ${is ?? "not to be had"}, declared ${sha256}; it was not unpacked`,
    "compare both with what the publisher says, then correct python.build.sha256 or python.build.url",
  );
}

/** The job that downloads it. */
export function sourceJob({ sha256 }: Pick<BuildSpec, "sha256">): string {
  return `python-source-${sha256.slice(0, 8)}`;
}

async function bring(
  url: string,
  sha256: string,
  { file, account, log }: { file: string; account: Account; log: (line: string) => void },
): Promise<void> {
  if (url.startsWith("/")) {
    const copied = await asRoot({ nothrow: true })`cp -- ${url} ${file} 2>&1`;
    if (copied.exitCode === 0) return;
    throw new UserError(
      `the source of Python cannot be read: ${copied.stdout.trim()}`,
      "put it there on the host, or correct python.build.url",
    );
  }
  const name = sourceJob({ sha256 });
  await runJob(
    {
      name,
      title: `downloading ${url}`,
      command: ["/bin/bash", "-euo", "pipefail", "-c", download, "bash", `${account.uid}`, `${account.gid}`, readUrl, url, file],
      limitMinutes,
      hint: `correct python.build.url, or see that the host reaches it; then run \`${commandLine("up")}\` again`,
    },
    log,
  );
  await forgetJob(name);
}

/** `X.Y.Z` of the Python whose source this is. @throws UserError where it is no such thing. */
export async function sourceVersion(file: string, account: Account): Promise<string> {
  const read = await as(account)({ nothrow: true })`tar --extract --to-stdout --file=${file} --wildcards ${"*/Include/patchlevel.h"} 2>&1`;
  const version = /^#define PY_VERSION\s+"([^"]+)"/m.exec(read.stdout)?.[1];
  if (read.exitCode === 0 && version !== undefined) return version;
  throw new UserError(
    `${file} is no source of Python: it has no Include/patchlevel.h that tells a version`,
    "write the address of an archive such as Python-3.13.5.tar.xz under python.build.url",
  );
}

async function sha256Of(file: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(file), hash);
  } catch {
    return undefined;
  }
  return hash.digest("hex");
}
