import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { installDependencies, type Dependencies, type DependenciesInput } from "../../../runner/build/dependencies.ts";
import { accountOf, type Account } from "../../../runner/host/account.ts";
import { environmentOf } from "../../../runner/host/command.ts";
import { InfrastructureError } from "../../../runner/infrastructure-error.ts";
import { git, missingForBuilds } from "../suites/build-place.ts";

const missing = missingForBuilds();
const fromWheels = "--no-index\n--find-links wheels\n";

/** A wheel is a zip with three files; it needs no network to install. */
const makeWheels = `
import sys, zipfile
for version in ("1.0", "1.1"):
    info = "tiny-%s.dist-info/" % version
    with zipfile.ZipFile(sys.argv[1] + "/tiny-%s-py3-none-any.whl" % version, "w") as wheel:
        wheel.writestr("tiny.py", "version = %r" % version)
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: %s\\n" % version)
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
`;

/** A package index that answers everything with one status. */
async function withIndex(status: number, use: (address: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => response.writeHead(status).end("no"));
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
    execFileSync(python, ["-c", makeWheels, join(root, "checkout/wheels")]);
  });
  beforeEach(() => {
    said = [];
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  function input(change: Partial<DependenciesInput> = {}): DependenciesInput {
    return {
      account,
      checkout: join(root, "checkout"),
      mirror: join(root, "checkout"),
      revision: commit(),
      requirements: ["requirements.txt", "not-there.txt"],
      environmentId: "e0",
      python,
      readOnly: [prefix],
      store: join(root, "store"),
      wheels: join(root, "wheels"),
      limits: { memoryBytes: 4e9, processes: 512, diskBytes: 1e9 },
      // A refused connection is tried again for seconds otherwise.
      processEnvironment: { ...environmentOf(account), HOME: "/tmp", PIP_RETRIES: "0" },
      timeoutSeconds: 60,
      say: (line) => said.push(line),
      ...change,
    };
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

  test("are installed once: the second use reads the list, and a change in an included file or the environment installs again", async () => {
    write("requirements.txt", `${fromWheels}-r more/included.txt\n`);
    write("more/included.txt", "tiny==1.0\n");
    const first = await install();
    expect(first.list).toEqual(["tiny==1.0"]);
    expect(existsSync(join(first.packages, "tiny.py"))).toBe(true);
    expect(said).toEqual([
      "dependencies: resolving requirements.txt",
      "dependencies: fetching 1 of 1 packages",
      "dependencies: installing 1 packages",
      "dependencies: 1 packages installed",
    ]);
    expect(await install()).toEqual(first);
    expect(said).toHaveLength(4);

    const elsewhere = await install({ environmentId: "e1" });
    expect(elsewhere.hash).not.toBe(first.hash);
    write("more/included.txt", "tiny==1.1\n");
    const changed = await install();
    expect(changed.hash).not.toBe(first.hash);
    expect(changed.list).toEqual(["tiny==1.1"]);
    expect(readdirSync(join(root, "store")).sort()).toEqual([first.hash, elsewhere.hash, changed.hash].sort());
  });

  test("that another host resolved are taken as that host did, and a wheel is fetched once", async () => {
    write("requirements.txt", `${fromWheels}tiny\n`);
    const elsewhere = await install({ environmentId: "resolved elsewhere", resolved: async () => ["tiny==1.0"] });
    expect(elsewhere.list).toEqual(["tiny==1.0"]);
    expect(readFileSync(join(elsewhere.packages, "tiny.py"), "utf8")).toContain("1.0");
    expect((await install({ environmentId: "resolved here" })).list).toEqual(["tiny==1.1"]);
    said = [];
    await install({ environmentId: "once more" });
    expect(said.filter((line) => line.includes("fetching"))).toEqual([]);
  });

  test("that were fetched for another interpreter are fetched for this one", async () => {
    write("requirements.txt", `${fromWheels}tiny==1.0\n`);
    rmSync(join(root, "wheels"), { recursive: true, force: true });
    mkdirSync(join(root, "wheels"));
    writeFileSync(join(root, "wheels/tiny-1.0-cp27-cp27m-any.whl"), "of another interpreter");
    const here = await install({ environmentId: "another interpreter" });
    expect(readFileSync(join(here.packages, "tiny.py"), "utf8")).toContain("1.0");
    expect(readdirSync(join(root, "wheels")).sort()).toEqual(["tiny-1.0-cp27-cp27m-any.whl", "tiny-1.0-py3-none-any.whl"]);
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
    await expect(unreachable).rejects.toThrow("the network failed");
    await withIndex(503, async (address) => {
      write("requirements.txt", `--index-url ${address}\ntiny==1.0\n`);
      await expect(installDependencies(input())).rejects.toThrow("the network failed");
    });
  });
});
