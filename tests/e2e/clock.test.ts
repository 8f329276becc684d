import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commitAll } from "../../lab/git.ts";
import { LabServer } from "../../lab/server.ts";
import { accountOf } from "../../runner/system/account.ts";
import type { Session } from "../../runner/model.ts";
import { readSamples, writeSession } from "../../runner/store/sessions.ts";
import { inLab } from "../lab/in-lab.ts";

const future = "2099-12-31T10:00:00.000Z";

describe.skipIf(!inLab)("clocks that are wrong", () => {
  let server: LabServer;

  beforeAll(async () => {
    server = await LabServer.open({ benchmarks: ["steady", "fresh"] });
    await server.evenkeelOk("run");
  });
  afterAll(() => server?.remove());

  /**
   * Publishes a copy of the newest session as if a host with that clock had measured it. Returns its id.
   * @param without name of a benchmark that its suite did not have yet.
   */
  async function publishDated(host: string, without?: string): Promise<string> {
    const folder = await server.otherHost();
    const session = (await server.published()).sessions.findLast(({ subject }) => subject.kind === "revision");
    if (!session) throw new Error("nothing is published yet");
    const id = session.id.replace(/^[^-]*/, "20991231T100000Z").replace(`-${session.host}-`, `-${host}-`);
    const kept = <Value>(all: Record<string, Value>) => Object.fromEntries(Object.entries(all).filter(([name]) => name !== without));
    const listed = session.listed.filter(({ name }) => name !== without);
    const copy: Session = { ...session, id, host, started: future, ended: future, listed, benchmarks: kept(session.benchmarks) };
    const { samples, ...rest } = await readSamples(folder, session.id);
    await writeSession(folder, await accountOf("root"), copy, { ...rest, id, samples: kept(samples) });
    await commitAll(folder, `small: measured in 2099 on ${host}`, Date.UTC(2026, 1, 1) / 1000);
    await server.pushResults(folder);
    return id;
  }

  test("a session of another host that is dated 2099 makes nothing old, and is named as set aside", async () => {
    const id = await publishDated("other", "fresh");
    await server.push("small: after 2099");
    const log = await server.evenkeelOk("run");
    expect(log).toMatch(
      new RegExp(`left out of the reports: .*${id}\\.json: is dated 2099-12-31T10:00:00\\.000Z to .*, in the future: ignored`),
    );
    expect(await server.report("reports/benchmarks/fresh.md")).not.toContain("No longer in the suite");
    expect(await server.report("reports/summary-main.md")).toContain("[fresh]");
    const status = await server.evenkeelOk("status");
    expect(status).toMatch(new RegExp(`^not read +1 file: runs/2099/12/${id}\\.json: is dated 2099`, "m"));
    expect(status).toMatch(/^sessions .* the last ended 20(?!99)/m);
    expect(status).not.toMatch(/^clock +nothing is measured/m);
  });

  test("a host whose own newest session is later than its clock measures only if the clock is synchronised", async () => {
    const id = await publishDated(server.host.name);
    // The clock is this machine's: whether it is synchronised is no matter of the test.
    const [synchronised, fetched] = [await kernelSays(), await server.evenkeel("run")];
    expect(fetched.exitCode).toBe(0);
    const run = await server.evenkeel("run");
    const status = await server.evenkeelOk("status");
    const refusal = new RegExp(`not measuring: the clock shows [^,]*, but session ${id} of this host`);
    expect([run.exitCode, refusal.test(run.stdout), /^clock +nothing is measured: the clock shows /m.test(status)]).toEqual(
      synchronised ? [0, false, false] : [1, true, true],
    );
  });

  async function kernelSays(): Promise<boolean> {
    const program = `import ctypes, struct; b = ctypes.create_string_buffer(256); r = ctypes.CDLL(None).adjtimex(b); print(r >= 0 and not struct.unpack_from("i", b.raw, 40)[0] & 64)`;
    return (await server.root(`/usr/bin/python3 -c '${program}'`)).trim() === "True";
  }
});
