import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { packagesIn } from "../../../runner/resources/venv-packages.ts";

const python = "/usr/bin/python3";
const metadata = (name: string, version: string) =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nSummary: größer: as before\nRequires-Dist: other\n\nName: not this\nVersion: 0\n`;

let prefix: string;
let packages: string;

beforeEach(async () => {
  prefix = await mkdtemp(join(tmpdir(), "evenkeel-venv-"));
  packages = join(prefix, "lib/python3.13/site-packages");
  await mkdir(join(prefix, "bin"));
  await symlink(python, join(prefix, "bin/python"));
  await place("six.py", "");
  // The account that asks is another one, where this one is root.
  await chmod(prefix, 0o755);
});
afterEach(() => rm(prefix, { recursive: true }));

async function place(path: string, content: string): Promise<void> {
  const file = join(packages, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** Returns the packages that `importlib.metadata` finds there. */
function asPythonSays(): Record<string, string> {
  const program = "import importlib.metadata as m, sys\nfor d in m.distributions(path=[sys.argv[1]]): print(d.metadata['Name'], d.version)";
  const lines = execFileSync(python, ["-I", "-c", program, packages], { encoding: "utf8" }).trim().split("\n");
  return Object.fromEntries(
    lines.map((line): [string, string] => {
      const [name = "", version = ""] = line.split(" ");
      return [name.toLowerCase().replaceAll(/[-_.]+/g, "-"), version];
    }),
  );
}

test("packages are those that Python's own library finds, however they were installed", async () => {
  await place("six-1.17.0.dist-info/METADATA", metadata("six", "1.17.0"));
  await place("Ruamel.Yaml_clib-0.2.dist-info/METADATA", metadata("Ruamel.Yaml_clib", "0.2"));
  await place("by_setup-1.0.egg-info/PKG-INFO", metadata("by_setup", "1.0"));
  await place("by_distutils-2.0.egg-info", metadata("by_distutils", "2.0"));
  await place("six-1.17.0.data/METADATA", metadata("data", "3.0"));
  const found = await packagesIn(prefix);
  expect(found).toEqual(asPythonSays());
  expect(Object.keys(found ?? {})).toHaveLength(4);
});

test("a package without its metadata makes the venv unusable", async () => {
  await place("six-1.17.0.dist-info/RECORD", "");
  expect(await packagesIn(prefix)).toBeUndefined();
});
