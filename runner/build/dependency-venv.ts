import { join } from "node:path";
import type { Failure } from "../model.ts";
import { makeTree } from "../system/trees.ts";
import { inSandboxOf, tryPip, type PipContext } from "./pip.ts";
import { stepFailure } from "../system/sandboxed-step.ts";

/** Returns the path of a venv's interpreter. */
export function pythonIn(venv: string): string {
  return join(venv, "bin", "python");
}

/**
 * Python program that creates a venv with the base interpreter of the running venv. Packages of the running venv come later on its path, so
 * that newly installed ones take precedence. Argument: the venv's empty folder.
 */
const makeProgram = `
import os, sys, sysconfig, venv
at = sys.argv[1]
sys._base_executable = os.path.realpath(sys._base_executable)
venv.create(at, symlinks=True)
beneath = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
packages = sysconfig.get_path("purelib", vars={"base": at, "platbase": at})
with open(os.path.join(packages, "zz_beneath.pth"), "w") as file:
    for folder in beneath:
        file.write("import site; site.addsitedir(%r)\\n" % folder)
`;

/**
 * Python program that copies missing scripts of the running venv's packages, to start them with the new venv's interpreter. Otherwise they
 * would not find its packages. Argument: the venv's folder.
 */
const scriptsProgram = `
import os, stat, sys
to, beneath = os.path.join(sys.argv[1], "bin"), os.path.join(sys.prefix, "bin")
for name in sorted(os.listdir(beneath)):
    script, copy = os.path.join(beneath, name), os.path.join(to, name)
    if os.path.lexists(copy) or not os.path.isfile(script):
        continue
    with open(script, "rb") as file:
        content = file.read() if file.peek(2)[:2] == b"#!" else b""
    first, newline, rest = content.partition(b"\\n")
    if not first.startswith(b"#!") or beneath.encode() not in first + rest[:1000]:
        continue
    # The second line of a script that /bin/sh starts names the interpreter.
    second, more, body = rest.partition(b"\\n")
    lines = [line.replace(os.fsencode(beneath) + b"/python", os.fsencode(to) + b"/python") for line in (first, second)]
    if lines == [first, second]:
        continue
    with open(copy, "wb") as file:
        file.write(lines[0] + newline + lines[1] + more + body)
    os.chmod(copy, stat.S_IMODE(os.stat(script).st_mode))
`;

/**
 * Creates a venv with these wheels in a new folder of the sandbox's account.
 * @param at later path of the venv, which its scripts contain.
 * @returns a failure if a package cannot be installed.
 * @throws InfrastructureError if the machine failed.
 */
export async function makeDependencyVenv(
  input: PipContext,
  wheels: readonly string[],
  { folder, at }: { folder: string; at: string },
): Promise<Failure | undefined> {
  await makeTree(input.steps.account, folder);
  const mounts = [{ from: folder, at, writable: true }];
  const run = async (program: string): Promise<Failure | undefined> => {
    const result = await inSandboxOf(input, ["-c", program, at], { mounts });
    return stepFailure("dependencies", "creating a virtual environment for the target's requirements", result);
  };
  const unmade = await run(makeProgram);
  if (unmade) return unmade;
  const args = ["install", "--ignore-installed", "--no-index", "--no-deps", "--no-warn-script-location", ...wheels];
  const venv = { ...input, python: pythonIn(at) };
  const uninstalled = wheels.length === 0 ? undefined : await tryPip(venv, args, { mounts, readOnly: wheels });
  return uninstalled ?? run(scriptsProgram);
}
