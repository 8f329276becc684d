import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commitAll, gitIn } from "../../lab/git.ts";
import { LabServer } from "../../lab/server.ts";
import { createRepository, pushFolder, urlOf } from "../../lab/remote.ts";
import type { Session } from "../../runner/model.ts";
import { inLab } from "../lab/in-lab.ts";

const benchmarks = `
import needed
from benchmarking import benchmark

@benchmark()
def needs():
    return needed.value

@benchmark()
def other():
    pass
`;

/** A package with its build backend beside it: nothing is fetched. */
const library = (value: number): Record<string, string> => ({
  "requirements.txt": "./needed\n",
  "needed/pyproject.toml": `[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "needed"\nversion = "1"\n`,
  "needed/backend.py": `
import os, zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    open("written-beside", "w").close()
    name, info = "needed-1-py3-none-any.whl", "needed-1.dist-info/"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.write("needed.py")
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: needed\\nVersion: 1\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "needed.py,,\\n")
    return name
`,
  "needed/needed.py": `value = ${value}\n`,
});

// The suite imports what only the target's requirements bring, as mypyc's does.
describe.skipIf(!inLab)("a suite that needs the target's requirements", () => {
  let server: LabServer;
  beforeAll(async () => {
    server = await LabServer.open({ name: "requirements" });
    await createRepository(server.host, "suite");
    const suite = join(server.target, "..", "suite");
    await mkdir(suite);
    await gitIn(suite)`git init --quiet --initial-branch=main`;
    await cp(join(import.meta.dirname, "../runner/suites/fixture/suite/benchmarking.py"), join(suite, "benchmarking.py"));
    for (const folder of ["benchmarks", "microbenchmarks"]) {
      await mkdir(join(suite, folder));
      await writeFile(join(suite, folder, "__init__.py"), "");
    }
    await writeFile(join(suite, "benchmarks/needing.py"), benchmarks);
    await commitAll(suite, "suite", 1_700_000_000);
    await pushFolder(server.host, "suite", suite);
    await server.change({ suite: urlOf(server.host, "suite"), targetRequirements: ["requirements.txt"] });
  });
  afterAll(() => server?.remove());

  async function baselines(): Promise<Session[]> {
    return (await server.published()).sessions.filter(({ subject }) => subject.kind === "baseline");
  }

  test("and cannot be listed without them: every place says so, with the reason", async () => {
    const reason = "No module named 'needed'";
    const run = await server.evenkeel("run");
    expect(run.stdout + run.stderr).toContain(reason);
    expect(await server.evenkeelOk("status")).toContain(reason);
    const queue = await server.evenkeel("queue");
    expect(queue.stderr).toContain(reason);
    expect((await server.evenkeel("doctor")).stdout).toContain(reason);
    expect(await server.report("README.md")).toMatch(/^\| suite \| the suite cannot be listed since .*No module named/m);
  });

  test("has baselines as soon as the newest revision brings them, whose list is recorded", async () => {
    const revision = await server.push("bring it", { files: library(1) });
    const { stdout } = await server.evenkeel("run");
    // The venv's pip is the distribution's, which cannot look back.
    expect(stdout.split("requirements are resolved as of today")).toHaveLength(2);
    expect(await server.evenkeelOk("status")).toMatch(/^dates +requirements are resolved as of today.*; add pip 26 or later/m);
    const [baseline] = (await baselines()).filter(({ failure }) => failure === undefined);
    expect(Object.keys(baseline?.benchmarks ?? {}).sort()).toEqual(["needs", "other"]);
    expect(baseline?.versions["dependenciesOf"]).toBe(revision);
    expect((await server.published()).files).toContain(`dependencies/${baseline?.versions["dependencies"]}.txt`);
    for (const command of ["status", "doctor"]) expect(await server.evenkeelOk(command)).not.toContain("cannot be listed since");
    expect(await server.report("README.md")).not.toContain("| suite |");
    expect((await server.evenkeel("baselines")).stdout).toContain("<< success >>");
  });

  test("measures a baseline again where its requirements changed", async () => {
    const before = await baselines();
    await server.push("another text", { files: { "README.md": "nothing that is imported" } });
    expect((await server.evenkeel("run")).stdout).not.toContain("resolved as of today");
    expect(await baselines()).toHaveLength(before.length);
    const revision = await server.push("another library", { files: library(2) });
    await server.evenkeel("run");
    const after = await baselines();
    expect(after).toHaveLength(before.length + 1);
    const added = after.find(({ id }) => before.every((one) => one.id !== id));
    expect(added?.versions["dependenciesOf"]).toBe(revision);
  });

  test("keeps what it listed where the newest revision's requirements cannot be installed, and says why", async () => {
    await server.push("a torn library", { files: { "needed/backend.py": "raise SystemExit('no backend today')\n" } });
    const before = await baselines();
    await server.evenkeel("run");
    expect(await server.evenkeelOk("status")).toMatch(
      /warnings +the suite cannot be listed since .*, so no baseline is planned: dependencies: /,
    );
    expect(await baselines()).toHaveLength(before.length);
    const revision = await server.push("mended", { files: library(2) });
    await server.evenkeel("run");
    expect(await server.evenkeelOk("status")).not.toContain("cannot be listed since");
    expect(revision).toMatch(/^[0-9a-f]{40}$/);
  });
});
