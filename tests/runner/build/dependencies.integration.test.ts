import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { installDependencies, type Dependencies, type DependenciesInput } from "../../../runner/build/dependencies.ts";
import { accountOf, type Account } from "../../../runner/system/account.ts";
import { environmentOf } from "../../../runner/system/command.ts";
import { InfrastructureError } from "../../../runner/system/infrastructure-error.ts";
import { makeWheel as wheelProgram } from "../../../lab/wheel.ts";
import { git, missingForBuilds } from "../suites/build-fixture.ts";

const missing = missingForBuilds();
const fromWheels = "--no-index\n--find-links wheels\n";

/** A package index that answers everything with one status. */
function withIndex(status: number, use: (address: string) => Promise<void>): Promise<void> {
  return withServer((_, response) => response.writeHead(status).end("no"), use);
}

async function withServer(answer: RequestListener, use: (address: string) => Promise<void>): Promise<void> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the index has no port");
  try {
    await use(`http://127.0.0.1:${address.port}/simple`);
  } finally {
    server.close();
  }
}

describe.skipIf(missing !== undefined)("the target's requirements", () => {
  let root: string;
  let account: Account;
  let python: string;
  let prefix: string;
  let said: string[];

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "evenkeel-dependencies-"));
    account = { ...(await accountOf(userInfo().username)), home: join(root, "home") };
    const asked = execFileSync("python3", ["-c", "import sys; print(sys.executable); print(sys.prefix)"], { encoding: "utf8" });
    [python = "", prefix = ""] = asked.split("\n");
    mkdirSync(join(root, "checkout/wheels"), { recursive: true });
    mkdirSync(join(root, "checkout/more"), { recursive: true });
    mkdirSync(account.home, { recursive: true });
    git(root, "init", "--quiet", join(root, "checkout"));
    for (const version of ["1.0", "1.1"]) makeWheel("checkout/wheels", "tiny", version, `version = '${version}'`);
  });
  beforeEach(() => {
    said = [];
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function input(change: Partial<DependenciesInput> = {}): DependenciesInput {
    const store = join(root, "store");
    mkdirSync(store, { recursive: true });
    return {
      steps: { account, folders: [store], limits: { memoryBytes: 4e9, processes: 512, diskBytes: 1e9 }, timeoutSeconds: 60 },
      clone: { root: join(root, "checkout"), account },
      checkout: join(root, "checkout"),
      revision: commit(),
      requirements: ["requirements.txt", "not-there.txt"],
      environmentId: "e0",
      python,
      readOnly: [prefix],
      store,
      wheels: join(root, "wheels"),
      // A refused connection is tried again for seconds otherwise.
      processEnvironment: { ...environmentOf(account), HOME: "/tmp", PIP_RETRIES: "0" },
      log: (line) => said.push(line),
      ...change,
    };
  }

  function makeWheel(folder: string, name: string, version: string, text: string, file = `${name}-${version}-py3-none-any.whl`): void {
    mkdirSync(join(root, folder), { recursive: true });
    execFileSync(python, ["-c", wheelProgram, join(root, folder, file), name, version, text]);
  }

  /** A package index of the wheels in a folder. */
  function withPackages(use: (address: string) => Promise<void>, folder = "checkout/wheels"): Promise<void> {
    const wheels = join(root, folder);
    const answer: RequestListener = ({ url = "" }, response) => {
      const file = url.split("/").at(-1) ?? "";
      if (file.endsWith(".whl")) response.end(readFileSync(join(wheels, file)));
      else
        response.writeHead(200, { "content-type": "text/html" }).end(
          readdirSync(wheels)
            .map((name) => `<a href="/files/${name}">${name}</a>`)
            .join("\n"),
        );
    };
    return withServer(answer, use);
  }

  /** The checkout as it is, as a revision. */
  function commit(): string {
    git(join(root, "checkout"), "add", "-A");
    git(join(root, "checkout"), "commit", "--quiet", "--allow-empty", "-m", "next");
    return git(join(root, "checkout"), "rev-parse", "HEAD");
  }

  function write(path: string, content: string): void {
    writeFileSync(join(root, "checkout", path), content);
  }

  async function install(change: Partial<DependenciesInput> = {}): Promise<Dependencies> {
    const installed = await installDependencies(input(change));
    if (!installed.ok) throw new Error(`${installed.failure.message}\n${installed.failure.output}`);
    if (!installed.dependencies) throw new Error("nothing was installed");
    return installed.dependencies;
  }

  /** Installs one requirement file for two revisions. */
  async function both(prepare: (text: string) => void): Promise<Dependencies[]> {
    const found: Dependencies[] = [];
    for (const text of ["version = 'first'", "version = 'second'"]) {
      prepare(text);
      const installed = await install({ environmentId: "own sources" });
      expect(readFileSync(fileOf(installed, "tiny.py"), "utf8")).toBe(text);
      expect(await install({ environmentId: "own sources" })).toMatchObject({ hash: installed.hash, programs: installed.programs });
      found.push(installed);
    }
    return found;
  }

  test("are installed once: the second use reads the list, and a change in an included file or the environment installs again", async () => {
    write("requirements.txt", `${fromWheels}-r more/included.txt\n`);
    write("more/included.txt", "tiny==1.0\n");
    const first = await install();
    expect(first.list).toEqual(["tiny==1.0"]);
    expect(existsSync(fileOf(first, "tiny.py"))).toBe(true);
    expect(said).toEqual([
      "dependencies: resolving requirements.txt",
      "dependencies: fetching 1 of 1 packages",
      "dependencies: installing 1 packages",
      "dependencies: 1 packages installed",
    ]);
    const { undated: _undated, ...kept } = first;
    expect(await install()).toEqual(kept);
    expect(said).toHaveLength(4);

    const elsewhere = await install({ environmentId: "e1", resolved: () => first.list });
    expect(elsewhere.hash).not.toBe(first.hash);
    write("more/included.txt", "tiny==1.1\n");
    const changed = await install();
    expect(changed.hash).not.toBe(first.hash);
    expect(changed.list).toEqual(["tiny==1.1"]);
    expect(readdirSync(join(root, "store")).sort()).toEqual([first.hash, elsewhere.hash, changed.hash].sort());
  });

  test("that another host resolved are taken as that host did", async () => {
    write("requirements.txt", `${fromWheels}tiny\n`);
    const elsewhere = await install({ environmentId: "resolved elsewhere", resolved: () => ["tiny==1.0"] });
    expect(elsewhere.list).toEqual(["tiny==1.0"]);
    expect(readFileSync(fileOf(elsewhere, "tiny.py"), "utf8")).toContain("1.0");
    expect((await install({ environmentId: "resolved here" })).list).toEqual(["tiny==1.1"]);
  });

  test("that an index has are fetched once for an environment, and again for another", async () => {
    await withPackages(async (address) => {
      write("requirements.txt", `--index-url ${address}\ntiny==1.0\n`);
      const { list } = await install({ environmentId: "one" });
      write("requirements.txt", `# another text\n--index-url ${address}\ntiny==1.0\n`);
      said = [];
      expect((await install({ environmentId: "one" })).list).toEqual(["tiny==1.0"]);
      expect(said.filter((line) => line.includes("fetching"))).toEqual([]);
      await install({ environmentId: "another", resolved: () => list });
      expect(said).toContain("dependencies: fetching 1 of 1 packages");
    });
  });

  describe("of one revision never serve another:", () => {
    test("a wheel that a revision refers to directly is not what another gets by name and version", async () => {
      makeWheel("checkout/evil", "tiny", "1.1", "evil = True");
      write("requirements.txt", "tiny @ file:///target/evil/tiny-1.1-py3-none-any.whl\n");
      const evil = await install({ environmentId: "poisoned" });
      expect(readFileSync(fileOf(evil, "tiny.py"), "utf8")).toContain("evil");
      await withPackages(async (address) => {
        write("requirements.txt", `--index-url ${address}\ntiny==1.1\n`);
        const honest = await install({ environmentId: "poisoned" });
        expect(readFileSync(fileOf(honest, "tiny.py"), "utf8")).toBe("version = '1.1'");
      });
    });

    test("a wheel of a revision's own folder is not what another gets from an index", async () => {
      makeWheel("checkout/evil", "tiny", "1.0", "evil = True");
      write("requirements.txt", "--no-index\n--find-links evil\ntiny==1.0\n");
      const evil = await install({ environmentId: "own folder" });
      expect(readFileSync(fileOf(evil, "tiny.py"), "utf8")).toContain("evil");
      await withPackages(async (address) => {
        write("requirements.txt", `--index-url ${address}\ntiny==1.0\n`);
        const honest = await install({ environmentId: "own folder" });
        expect(readFileSync(fileOf(honest, "tiny.py"), "utf8")).toBe("version = '1.0'");
      });
    });

    test("an index that a revision names is not another's", async () => {
      makeWheel("evil-index", "tiny", "1.0", "evil = True");
      await withPackages(async (evil) => {
        write("requirements.txt", `--index-url ${evil}\ntiny==1.0\n`);
        await install({ environmentId: "own index" });
        await withPackages(async (address) => {
          write("requirements.txt", `--index-url ${address}\ntiny==1.0\n`);
          const honest = await install({ environmentId: "own index" });
          expect(readFileSync(fileOf(honest, "tiny.py"), "utf8")).toBe("version = '1.0'");
        });
      }, "evil-index");
    });
  });

  describe("from the checkout or a repository are the revision's own, whatever the requirement file's text:", () => {
    /** A package whose build backend lies beside it, and writes there. */
    const backend = `
import os, zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    with open("built.txt", "w") as file:
        file.write("built")
    name, info = "tiny-1.0-py3-none-any.whl", "tiny-1.0.dist-info/"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.write("tiny.py")
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return name
build_editable = build_wheel
`;
    const project = `[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "tiny"\nversion = "1.0"\n`;

    function writeLibrary(folder: string, text: string): void {
      mkdirSync(folder, { recursive: true });
      for (const [name, content] of [
        ["backend.py", backend],
        ["pyproject.toml", project],
        ["tiny.py", text],
      ] as const)
        writeFileSync(join(folder, name), content);
    }

    test.each(["-e ./lib", "-r link.txt"])("`%s`, built where the backend may write", async (line) => {
      write("requirements.txt", `# own\n${line}\n`);
      write("more/included.txt", "./lib\n");
      rmSync(join(root, "checkout/link.txt"), { force: true });
      symlinkSync("more/included.txt", join(root, "checkout/link.txt"));
      const [first, second] = await both((text) => writeLibrary(join(root, "checkout/lib"), text));
      expect(first?.list).toEqual(["tiny @ file:///target/lib"]);
      expect(second?.list).toEqual(first?.list);
      // A fingerprint is made of these: another library is another program.
      expect(second?.programs).not.toEqual(first?.programs);
      expect(existsSync(join(root, "checkout/lib/built.txt"))).toBe(false);
    });

    test("a wheel of the same name and version in a folder of the checkout", async () => {
      write("requirements.txt", "--no-index\n--find-links own-wheels\ntiny==1.0\n");
      const [first, second] = await both((text) => makeWheel("checkout/own-wheels", "tiny", "1.0", text));
      expect(second?.hash).not.toBe(first?.hash);
    });

    test("a branch of a repository, of which the very commit is recorded", async () => {
      const upstream = join(root, "upstream");
      writeLibrary(upstream, "");
      git(root, "init", "--quiet", "--initial-branch=main", upstream);
      const answer: RequestListener = ({ url = "" }, response) => {
        const file = join(upstream, ".git", new URL(url, "http://here").pathname.replace("/simple", ""));
        if (existsSync(file)) response.end(readFileSync(file));
        else response.writeHead(404).end();
      };
      await withServer(answer, async (address) => {
        write("requirements.txt", `tiny @ git+${address}@main\n`);
        const installed = await both((text) => {
          writeLibrary(upstream, text);
          git(upstream, "add", "-A");
          git(upstream, "commit", "--quiet", "-m", "next");
          git(upstream, "update-server-info");
          write("README.md", text);
        });
        const commits = git(upstream, "rev-list", "--reverse", "HEAD").split("\n");
        expect(installed.map(({ list }) => list)).toEqual(commits.map((id) => [`tiny @ git+${address}@${id}`]));
      });
    });
  });

  test("are seen by an interpreter of its own, above the packages of the declared one, and by no venv made with it", async () => {
    write("requirements.txt", `${fromWheels}tiny==1.0\n`);
    const { venv } = await install({ environmentId: "interpreter" });
    const run = (file: string, ...args: string[]): string =>
      execFileSync(join(venv, "bin", file), args, { encoding: "utf8", env: { PATH: "/usr/bin:/bin" } }).trim();
    expect(run("python", "-c", "import tiny, pip, sys; print(tiny.version, sys.prefix)")).toBe(`1.0 ${venv}`);
    expect(run("pip", "--disable-pip-version-check", "list")).toMatch(/^tiny +1\.0$/m);
    const inner = join(root, "inner");
    run("python", "-m", "venv", "--without-pip", inner);
    const seen = "import importlib.util; print(importlib.util.find_spec('tiny'))";
    expect(execFileSync(join(inner, "bin/python"), ["-c", seen], { encoding: "utf8" }).trim()).toBe("None");
  });

  test("a wheel is taken for what its metadata says, not for what its file is called", async () => {
    makeWheel("named", "huge", "1.0", "evil = True", "tiny-1.0-py3-none-any.whl");
    await withPackages(async (address) => {
      write("requirements.txt", `--index-url ${address}\ntiny==1.0\n`);
      const installed = await installDependencies(input({ environmentId: "renamed", resolved: () => ["tiny==1.0"] }));
      expect(installed).toMatchObject({ ok: false, failure: { stage: "dependencies" } });
    }, "named");
  });

  test("that were installed by another account are installed again", async () => {
    write("requirements.txt", `${fromWheels}tiny==1.0\n`);
    // The packages that the interpreter was tried with.
    const first = await install({ environmentId: "interpreter" });
    writeFileSync(fileOf(first, "tiny.py"), "evil");
    chownSync(first.venv, account.uid + 1, account.gid);
    const second = await install({ environmentId: "interpreter", resolved: () => first.list });
    expect(readFileSync(fileOf(second, "tiny.py"), "utf8")).toContain("1.0");
  });

  test("that no revision of the target has are none", async () => {
    expect(await installDependencies(input({ requirements: ["not-there.txt"] }))).toEqual({ ok: true, dependencies: undefined });
  });

  test("that cannot be met are the revision's failure, and leave nothing behind", async () => {
    write("requirements.txt", `${fromWheels}tiny==9.9\n`);
    const before = readdirSync(join(root, "store"));
    expect(await installDependencies(input())).toMatchObject({
      ok: false,
      failure: {
        stage: "dependencies",
        message: expect.stringContaining("tiny==9.9"),
        output: expect.stringContaining("No matching distribution"),
      },
    });
    expect(readdirSync(join(root, "store"))).toEqual(before);
  });

  test("that are endless, or include each other without end, are the revision's failure", async () => {
    write("requirements.txt", `# ${"x".repeat(2 << 20)}\n`);
    const message = "the requirement file requirements.txt is larger than 1 MB";
    expect(await installDependencies(input())).toMatchObject({ ok: false, failure: { stage: "dependencies", message } });
    write("requirements.txt", Array.from({ length: 200 }, (_, number) => `-r more/${number}.txt`).join("\n"));
    expect(await installDependencies(input())).toMatchObject({
      ok: false,
      failure: { message: "requirement files include more than 100 files" },
    });
  });

  test("that contradict each other are the revision's failure", async () => {
    write("requirements.txt", `${fromWheels}tiny==1.0\n-c more/constraints.txt\n`);
    write("more/constraints.txt", "tiny==1.1\n");
    expect(await installDependencies(input())).toMatchObject({ ok: false, failure: { stage: "dependencies" } });
  });

  test("that an index does not know are the revision's failure", async () => {
    await withIndex(404, async (address) => {
      write("requirements.txt", `--index-url ${address}\ntiny==1.0\n`);
      expect(await installDependencies(input())).toMatchObject({
        ok: false,
        failure: { stage: "dependencies", message: expect.stringContaining("tiny==1.0") },
      });
    });
  });

  test("that no index answers about are nobody's result", async () => {
    write("requirements.txt", "--index-url http://127.0.0.1:9/simple\ntiny==1.0\n");
    const unreachable = installDependencies(input());
    await expect(unreachable).rejects.toThrow(InfrastructureError);
    await expect(unreachable).rejects.toThrow(
      "the network failed while pip installed the target's requirements: http://127.0.0.1:9/simple",
    );
    await withIndex(503, async (address) => {
      write("requirements.txt", `--index-url ${address}\ntiny==1.0\n`);
      await expect(installDependencies(input())).rejects.toThrow("the network failed");
    });
  });
});

/** An installed file of a package. */
function fileOf({ venv }: Dependencies, name: string): string {
  const [version = ""] = readdirSync(join(venv, "lib"));
  return join(venv, "lib", version, "site-packages", name);
}
