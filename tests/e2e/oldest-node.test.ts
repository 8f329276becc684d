import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { downHost } from "../../lab/host.ts";
import { inLab } from "../lab/in-lab.ts";
import { LabServer } from "../../lab/server.ts";
import { subjectOf } from "../../lab/published.ts";

describe.skipIf(!inLab)("a host with the oldest Node and Python there may be", () => {
  let server: LabServer;

  beforeAll(async () => {
    server = await LabServer.open({ name: "runner-old", release: "bookworm", benchmarks: ["steady"] });
    // It is needed here only; its tree stays for the next time.
    return () => downHost("runner-old");
  });
  afterAll(() => server?.remove());

  test("starts the program from compiled code that only root writes", async () => {
    const program = "/opt/evenkeel/current/evenkeel";
    expect(await server.root(`stat -L -c '%U %a' ${program}.code $(dirname ${program})/.`)).toBe("root 644\nroot 755\n");
    const accepted = 'process.on("exit", () => console.error("refused:", evenkeelStarted.script.cachedDataRejected))';
    expect(await server.root(`node -e '${accepted}; require(fs.realpathSync("${program}"))' 2>&1 >/dev/null || true`)).toMatch(
      /^refused: false$/m,
    );
  });

  test("is provisioned, measures and publishes like any other", async () => {
    expect(await server.root("node --version; python3 --version")).toMatch(/^v18\.[^]*Python 3\.11\./);
    expect(await server.evenkeelOk("doctor")).toMatch(/^this host matches its declaration\n/);
    const revision = await server.push("small: on an old host");
    const log = await server.evenkeelOk("run");
    expect(log).toMatch(/ steady \(compiled\) .* samples\)/);
    const { sessions } = await server.published();
    expect(sessions.map(subjectOf)).toContain(revision);
    expect(sessions.at(-1)?.versions["python"]).toMatch(/^Python 3\.11\./);
    expect(await server.report("README.md")).toContain("2 of 2");
    expect(await server.report("docs/index.html")).toContain('<script src="page.js">');
    expect((await server.report("docs/page.js")).includes("uplot")).toBe(true);
    expect(await server.report("docs/data/index.js")).toMatch(/^evenkeel\("index",.*"name":"steady"/);
    expect(await server.evenkeelOk("status")).toMatch(/queue +0 items/);
  });
});
