import { execFileSync } from "node:child_process";
import { chmod, chown, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { git, type Clone } from "../../runner/system/git.ts";
import { accountOf } from "../../runner/system/account.ts";
import { pendingFiles, publish } from "../../runner/store/publish.ts";
import type { Published } from "../../runner/store/remote.ts";
import { fetchTarget } from "../../runner/queue/revisions.ts";
import { Repositories } from "../runner/repositories.ts";
import { inLab } from "./in-lab.ts";
import { startSshd, type Sshd } from "./sshd.ts";

const name = "evenkeel-ssh-test";

describe.skipIf(!inLab)("publishing over ssh, as an account with a key of its own", () => {
  let home: string;
  let sshd: Sshd;
  let repositories: Repositories;
  let remote: Clone;
  let here: Clone;
  let there: Clone;

  beforeAll(async () => {
    sshd = await startSshd();
    // It reads the authorized keys as who logs in.
    await chmod(sshd.folder, 0o711);
    home = await mkdtemp(join(tmpdir(), "evenkeel-home-"));
    execFileSync("useradd", ["--home-dir", home, "--no-create-home", "--shell", "/bin/bash", "--password", "*", name]);
    const { uid, gid } = await accountOf(name);
    await mkdir(join(home, ".ssh"), { mode: 0o700 });
    await copyFile(join(sshd.folder, "login"), join(home, ".ssh/id_ed25519"));
    await writeFile(join(home, ".ssh/known_hosts"), `[${sshd.host}]:${sshd.port} ${sshd.ed25519}\n`);
    for (const path of ["", ".ssh", ".ssh/id_ed25519", ".ssh/known_hosts"]) await chown(join(home, path), uid, gid);

    repositories = await Repositories.make(name);
    remote = await repositories.bare("results.git");
    const url = `ssh://${name}@${sshd.host}:${sshd.port}${remote.root}`;
    here = await clone(url, "here");
    there = await clone(url, "there");
  });

  afterAll(async () => {
    await sshd.stop();
    execFileSync("userdel", [name]);
    await repositories.remove();
    await rm(home, { recursive: true, force: true });
  });

  async function clone(url: string, folder: string): Promise<Clone> {
    const made = repositories.at(folder);
    await mkdir(made.root);
    await chown(made.root, made.account.uid, made.account.gid);
    await git(made, ["init", "--quiet"]);
    await git(made, ["remote", "add", "origin", url]);
    return made;
  }

  test("two hosts at once both succeed", async () => {
    for (let round = 0; round < 3; round++) {
      await put(here, `here${round}.json`);
      await put(there, `there${round}.json`);
      expect(await Promise.all([publishFrom(here), publishFrom(there)])).toMatchObject([{ published: true }, { published: true }]);
    }
    const files = (await git(remote, ["ls-tree", "-r", "--name-only", "main"])).trim().split("\n");
    expect(files).toEqual([
      "README.md",
      ...["here", "there"].flatMap((host) => [0, 1, 2].map((round) => `runs/2026/11/${host}${round}.json`)),
    ]);
    expect(await fetchTarget(here)).toEqual({ ok: true });
  });

  test.each([
    ["a key that the server does not know", ".ssh/id_ed25519", /Permission denied/, /deploy key/],
    ["a server whose key is not pinned", ".ssh/known_hosts", /Host key verification failed/, /knownHosts/],
  ])("%s: the files stay, and the hint says what to do", async (_, file, reason, hint) => {
    await put(here, `${file.slice(5)}.json`);
    await rename(join(home, file), join(home, `${file}.away`));
    expect(await publishFrom(here)).toMatchObject({
      published: false,
      reason: expect.stringMatching(reason),
      hint: expect.stringMatching(hint),
    });
    expect(await fetchTarget(here)).toMatchObject({ ok: false, hint: expect.stringMatching(hint) });
    expect(await pendingFiles(here, "main")).toEqual([`runs/2026/11/${file.slice(5)}.json`]);
    await rename(join(home, `${file}.away`), join(home, file));
    expect(await publishFrom(here)).toMatchObject({ published: true });
  });

  test("a server that is down: the files stay", async () => {
    const url = (await git(here, ["remote", "get-url", "origin"])).trim();
    await put(here, "later.json");
    await git(here, ["remote", "set-url", "origin", url.replace(String(sshd.port), "1")]);
    expect(await publishFrom(here)).toMatchObject({ published: false, reason: expect.stringContaining("refused") });
    await git(here, ["remote", "set-url", "origin", url]);
    expect(await publishFrom(here)).toMatchObject({ published: true, files: ["runs/2026/11/later.json"] });
  });
});

/** A result file, as the runner would have stored it. */
async function put(to: Clone, file: string): Promise<void> {
  for (const folder of ["runs", "runs/2026", "runs/2026/11"]) {
    await mkdir(join(to.root, folder), { recursive: true });
    await chown(join(to.root, folder), to.account.uid, to.account.gid);
  }
  await writeFile(join(to.root, "runs/2026/11", file), file);
}

function publishFrom(from: Clone): Promise<Published> {
  return publish(from, { branch: "main", author: { name: "Bench", email: "bench@example.org" }, message: () => "Results" });
}
