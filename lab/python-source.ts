import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { labPaths } from "./cache.ts";
import { silent, type Log } from "./progress.ts";
import { shell } from "./shell.ts";
import { sha256Of } from "../runner/text/sha256.ts";

const archive = /^python3\.13_(.+)\.orig\.tar\.xz$/;

export interface PythonSource {
  version: string;
  sha256: string;
  content: Buffer;
}

/** The source of CPython 3.13 as its makers publish it: what Debian's source package holds. From the cache, or by apt. */
export async function pythonSource(log: Log = silent): Promise<PythonSource> {
  const folder = join(labPaths.sources, "python");
  if (!existsSync(folder)) await download(folder, log);
  const name = (await readdir(folder)).find((one) => archive.test(one)) ?? "";
  const content = await readFile(join(folder, name));
  return { version: archive.exec(name)?.[1] ?? "", sha256: sha256Of(content), content };
}

/** Serves a file on the loopback address, where lab hosts reach it too. Returns its URL and how to end that. */
export async function serveFile(content: Buffer, name: string): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    if (request.url === `/${name}`) response.end(content);
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { url: `http://127.0.0.1:${address.port}/${name}`, close: () => server.close() };
}

/** By apt with folders of its own, so that this machine's sources stay as they are. */
async function download(folder: string, log: Log): Promise<void> {
  log("downloading the source of Python 3.13");
  await mkdir(labPaths.sources, { recursive: true, mode: 0o700 });
  const scratch = await mkdtemp(join(labPaths.sources, ".python-"));
  try {
    for (const needed of ["lists/partial", "cache/archives/partial", "python"]) await mkdir(join(scratch, needed), { recursive: true });
    const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
    await writeFile(join(scratch, "sources.list"), `deb-src [signed-by=${keyring}] http://deb.debian.org/debian trixie main\n`);
    const options = {
      "Dir::Etc::sourcelist": join(scratch, "sources.list"),
      "Dir::Etc::sourceparts": "-",
      "Dir::State::lists": join(scratch, "lists"),
      "Dir::Cache": join(scratch, "cache"),
      "APT::Sandbox::User": "root",
    };
    const apt = ["apt-get", "--quiet", ...Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`])];
    await shell`${apt} update`;
    await shell({ cwd: join(scratch, "python") })`${apt} source --download-only python3.13`;
    await rename(join(scratch, "python"), folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
