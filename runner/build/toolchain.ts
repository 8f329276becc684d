import { InfrastructureError } from "../system/infrastructure-error.ts";
import type { Account } from "../system/account.ts";
import { as } from "../system/command.ts";
import { askPython } from "../system/isolated-python.ts";
import { withLastLine } from "../system/last-line.ts";
import { inOneLine } from "../text/plain-text.ts";

/** Returns the folders that an interpreter needs besides the distribution and its venv: the prefix of its base Python. */
export async function interpreterFolders(account: Account, python: string): Promise<string[]> {
  const asked = await askPython(account, python, "import sys; print(sys.base_prefix)");
  if (asked.exitCode !== 0) throw new InfrastructureError(withLastLine(`${python} does not run on this host`, asked), asked.stderr.trim());
  const folders = asked.stdout.split("\n").filter((folder) => folder !== "" && !folder.startsWith("/usr"));
  return [...new Set(folders)];
}

/** Returns the first lines of the versions that compiler and interpreter print. @throws InfrastructureError if one does not run. */
export async function versionsOf(account: Account, python: string, compiler: string): Promise<Record<string, string>> {
  const firstLine = async (program: string): Promise<string> => {
    const asked = await as(account)({ nothrow: true })`${program} --version 2>&1`;
    if (asked.exitCode !== 0)
      throw new InfrastructureError(withLastLine(`${program} does not run on this host`, asked), asked.stdout.trim());
    return inOneLine(asked.stdout.split("\n")[0] ?? "");
  };
  return { compiler: await firstLine(compiler), python: await firstLine(python) };
}
