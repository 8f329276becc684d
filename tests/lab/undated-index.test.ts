import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { datedPipVenv } from "../../lab/venv.ts";
import { makeWheel } from "../../lab/wheel.ts";
import { installDependencies, type InstalledDependencies } from "../../runner/build/dependencies.ts";
import { accountOf, type Account } from "../../runner/system/account.ts";
import { environmentOf } from "../../runner/system/command.ts";
import { git } from "../runner/suites/build-fixture.ts";

/** Upload time of each version; the revision is of 2024. */
const uploads: Record<string, string> = { "1.0": "2023-01-01T00:00:00Z", "2.0": "2025-01-01T00:00:00Z" };

describe("requirements as of the day of a commit, from an index", () => {
  const root = mkdtempSync(join(tmpdir(), "evenkeel-undated-"));
  const wheels = join(root, "wheels");
  const checkout = join(root, "checkout");
  let account: Account;
  let venv: string;
  let installations = 0;

  beforeAll(async () => {
    account = { ...(await accountOf(userInfo().username)), home: join(root, "home") };
    venv = await datedPipVenv();
    for (const folder of [wheels, checkout]) mkdirSync(folder);
    for (const version of Object.keys(uploads)) {
      const file = join(wheels, `tiny-${version}-py3-none-any.whl`);
      execFileSync("python3", ["-c", makeWheel, file, "tiny", version, `version = "${version}"`]);
    }
    git(root, "init", "--quiet", checkout);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** Installs what `line` asks for from an index with or without upload times. */
  async function install(line: string, isDated: boolean): Promise<InstalledDependencies> {
    const answer: RequestListener = ({ url = "" }, response) => {
      const file = url.split("/").at(-1) ?? "";
      if (file.endsWith(".whl")) {
        response.end(readFileSync(join(wheels, file)));
        return;
      }
      const files = readdirSync(wheels).map((name) => {
        const sha256 = createHash("sha256")
          .update(readFileSync(join(wheels, name)))
          .digest("hex");
        const time = uploads[name.split("-")[1] ?? ""];
        return { filename: name, url: `/files/${name}`, hashes: { sha256 }, ...(isDated && { "upload-time": time }) };
      });
      response.writeHead(200, { "content-type": "application/vnd.pypi.simple.v1+json" });
      response.end(JSON.stringify({ meta: { "api-version": "1.1" }, name: "tiny", files, versions: Object.keys(uploads) }));
    };
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    writeFileSync(join(checkout, "requirements.txt"), `--index-url http://user:secret@127.0.0.1:${port}/simple\n${line}\n`);
    git(checkout, "add", "-A");
    const date = { GIT_COMMITTER_DATE: "2024-06-01T00:00:00Z", PATH: process.env["PATH"] };
    const author = ["-c", "user.name=T", "-c", "user.email=t@example.org"];
    execFileSync("git", ["-C", checkout, ...author, "commit", "--quiet", "-m", "next"], { env: date });
    const store = join(root, `store-${installations++}`);
    mkdirSync(store);
    try {
      return await installDependencies({
        steps: { account, folders: [store], limits: { memoryBytes: 4e9, processes: 512, diskBytes: 1e9 }, timeoutSeconds: 300 },
        clone: { root: checkout, account },
        checkout,
        revision: git(checkout, "rev-parse", "HEAD"),
        requirements: ["requirements.txt"],
        environmentId: "e0",
        python: join(venv, "bin/python"),
        readOnly: [venv, execFileSync(join(venv, "bin/python"), ["-c", "import sys; print(sys.base_prefix)"], { encoding: "utf8" }).trim()],
        store,
        wheels: join(store, "wheels"),
        processEnvironment: { ...environmentOf(account), HOME: "/tmp", PIP_RETRIES: "0" },
        log: () => undefined,
      });
    } finally {
      server.close();
    }
  }

  test("that gives upload times are those of that day", async () => {
    expect(await install("tiny", true)).toMatchObject({ ok: true, dependencies: { list: ["tiny==1.0"], undated: null } });
  });

  test("that gives none are those of today, with the reason", async () => {
    const installed = await install("tiny", false);
    expect(installed).toMatchObject({
      ok: true,
      dependencies: { list: ["tiny==2.0"], undated: expect.stringMatching(/^no upload times from http:\/\/127\.0\.0\.1:\d+\/simple$/) },
    });
  });

  test("that has them, but only of later, fail the revision as before", async () => {
    expect(await install("tiny==2.0", true)).toMatchObject({ ok: false, failure: { stage: "dependencies" } });
  });

  test("that does not know them at all fail the revision", async () => {
    expect(await install("tiny==9.9", false)).toMatchObject({ ok: false, failure: { message: expect.stringContaining("tiny==9.9") } });
  });
});
