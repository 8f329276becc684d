import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { accountOf, type Account } from "../../../runner/system/account.ts";
import { environmentOf } from "../../../runner/system/command.ts";
import { otherPython, refuseOtherPython } from "../../../runner/measure/declared-python.ts";

const isRoot = userInfo().uid === 0;

describe("an answer of the interpreter", () => {
  const expected = { programs: "/opt/venv/bin", declared: "/usr/bin/python3.13" };

  test.each([
    ["is that of the declared one", 0, "/opt/venv/bin/python3\n/usr/bin/python3.13\n", /^none$/],
    [
      "is of the distribution's, past the venv",
      0,
      "/usr/bin/python3\n/usr/bin/python3.13\n",
      /would run \/usr\/bin\/python3 .* not the declared \/opt\/venv/,
    ],
    [
      "is of another one beneath the venv",
      0,
      "/opt/venv/bin/python3\n/usr/bin/python3.12\n",
      /\(\/usr\/bin\/python3\.12\), not the declared/,
    ],
    ["does not come", 127, "", /the declared Python, \/opt\/venv\/bin\/python3, does not run/],
  ])("%s", (_case, exitCode, stdout, problem) => {
    expect(otherPython({ exitCode, stdout }, expected) ?? "none").toMatch(problem);
  });
});

describe.skipIf(!isRoot)("samples", () => {
  let venv: string;
  let account: Account;
  const python = realpathSync("/usr/bin/python3");

  beforeEach(async () => {
    account = await accountOf("nobody");
    venv = mkdtempSync(join(tmpdir(), "evenkeel-venv-"));
    chmodSync(venv, 0o755);
    execFileSync("/usr/bin/python3", ["-m", "venv", "--without-pip", venv]);
  });
  afterEach(() => rmSync(venv, { recursive: true, force: true }));

  function runnable(): { environment: Record<string, string>; readOnly: string[] } {
    const { PATH = "", ...others } = environmentOf(account);
    return { environment: { ...others, PATH: `${join(venv, "bin")}:${PATH}` }, readOnly: [venv] };
  }

  test("are taken with the Python of the venv", async () => {
    await expect(refuseOtherPython(account, [runnable()], python)).resolves.toBeUndefined();
  });

  test("are refused where the venv cannot be read, as PATH leads past it", async () => {
    chmodSync(join(venv, "bin"), 0o700);
    const refused = refuseOtherPython(account, [runnable()], python);
    await expect(refused).rejects.toThrow(
      /samples would run \/usr\/bin\/python3 .*, not the declared .*; make .* readable for every account/,
    );
  });

  test("are refused where another interpreter is beneath the venv", async () => {
    rmSync(join(venv, "bin/python3"));
    mkdirSync(join(venv, "other"));
    execFileSync("cp", [python, join(venv, "other/python3")]);
    symlinkSync(join(venv, "other/python3"), join(venv, "bin/python3"));
    await expect(refuseOtherPython(account, [runnable()], python)).rejects.toThrow(/not the declared/);
  });
});
