import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { BuildInput, BuildPaths } from "../../../runner/build/build-input.ts";
import { findAccount, type Account } from "../../../runner/system/account.ts";

const fixture = join(import.meta.dirname, "fixture");

/** A folder with everything a build needs: mirrors of a target and a suite, a Python, and places of its own. */
export interface BuildFixture {
  root: string;
  paths: BuildPaths;
  account: Account;
  /** Lines that builds said. */
  said: string[];
  /** The first revisions of the two repositories. */
  first: Record<"target" | "suite", string>;
  /** A revision that differs from the first in these files, fetched by the mirror as its branch main. */
  commit(repository: "target" | "suite", files: Record<string, string>): string;
  input(change?: Partial<BuildInput>): BuildInput;
  /** Modules compiled so far, in order. */
  compiled(): string[];
  remove(): void;
}

/** What this machine lacks to build anything; undefined where it can. Under CI nothing may be lacking. */
export function missingForBuilds(): string | undefined {
  const python = "import os, pip, sysconfig; assert os.path.exists(sysconfig.get_paths()['include'] + '/Python.h')";
  const checks = {
    "python3 with pip and its headers": ["python3", "-c", python],
    "a C compiler": ["cc", "--version"],
    git: ["git", "--version"],
    bwrap: ["bwrap", "--version"],
  };
  const missing = Object.entries(checks).filter(([, [program = "", ...args]]) => spawnSync(program, args).status !== 0);
  return missing.length === 0 || process.env["CI"] === "true" ? undefined : missing.map(([what]) => what).join(", ");
}

/** @param python makes a process of it `bin/python` of the venv; the fixture's compiler needs its headers. */
export async function makeBuildFixture(
  python = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim(),
): Promise<BuildFixture> {
  const root = mkdtempSync(join(tmpdir(), "evenkeel-build-"));
  const found = await findAccount(userInfo().username);
  if (!found) throw new Error("the tests' own account is not in /etc/passwd");
  const account: Account = { ...found, home: join(root, "home") };
  const at = (name: string): string => join(root, name);
  const paths: BuildPaths = {
    target: at("target"),
    suite: at("suite"),
    submodules: at("submodules"),
    venv: at("venv"),
    work: at("work"),
    builds: at("builds"),
    dependencies: at("dependencies"),
    wheels: at("wheels"),
  };
  mkdirSync(account.home, { recursive: true });
  mkdirSync(paths.submodules);
  mkdirSync(join(paths.venv, "bin"), { recursive: true });
  symlinkSync(python, join(paths.venv, "bin", "python"));
  const said: string[] = [];
  const first = { target: "", suite: "" };
  for (const name of ["target", "suite"] as const) {
    const upstream = at(`${name}-upstream`);
    cpSync(join(fixture, name), upstream, { recursive: true, filter: (path) => !path.endsWith("__pycache__") });
    git(root, "init", "--quiet", "--initial-branch=main", upstream);
    git(upstream, "add", "-A");
    git(upstream, "commit", "--quiet", "-m", "first");
    git(root, "clone", "--quiet", upstream, paths[name]);
    first[name] = git(upstream, "rev-parse", "HEAD");
  }
  const place: BuildFixture = {
    root,
    paths,
    account,
    said,
    first,
    commit(repository, files) {
      const upstream = at(`${repository}-upstream`);
      git(upstream, "reset", "--quiet", "--hard", first[repository]);
      for (const [path, content] of Object.entries(files)) writeFileSync(join(upstream, path), content);
      git(upstream, "add", "-A");
      git(upstream, "commit", "--quiet", "--allow-empty", "-m", "next");
      git(paths[repository], "fetch", "--quiet");
      return git(upstream, "rev-parse", "HEAD");
    },
    input: (change = {}) => ({
      subject: { kind: "revision", revision: first.target },
      suiteRevision: first.suite,
      environmentId: "e0e1e2e3e4e5e6e7",
      config: {
        suite: { adapter: "runbench", repository: "unused", branch: "main", submodules: [], versions: [] },
        target: { requirements: [], submodules: [] },
        measure: { compiler: "cc", prepareTimeoutMinutes: 1, memoryGigabytes: 4, processes: 512, diskGigabytes: 4 },
      },
      account,
      sandboxAccount: account,
      log: (line) => said.push(line),
      paths,
      ...change,
    }),
    compiled: () => said.flatMap((line) => /^(?:compiled|failed to compile) (\S+)/.exec(line)?.[1] ?? []),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  return place;
}

/** git in a folder, by an author of the tests'. */
export function git(folder: string, ...args: string[]): string {
  const author = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
  return execFileSync("git", ["-C", folder, ...author, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
}
