import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { commitAll } from "../../lab/git.ts";
import { removeHost, upHost, type Host } from "../../lab/host.ts";
import { subjectOf } from "../../lab/published.ts";
import { cloneInto, pushFolder } from "../../lab/remote.ts";
import type { Environment, ScalingFile, Session } from "../../runner/model.ts";
import { readScalingFactors } from "../../runner/store/scaling-factors.ts";
import { readEnvironments, readSessions } from "../../runner/store/sessions.ts";
import { inLab } from "../lab/in-lab.ts";
import { makeRepositories, ProvisionedHost } from "../lab/provision/fixture.ts";

const evenkeel = "/opt/evenkeel/current/evenkeel";
const queueSchema = z.array(z.object({ reason: z.string() }));

// The machine breaks; another takes its name. What lasts is in the repositories, on a server of their own.
describe.skipIf(!inLab)("a host that replaces another of its name", () => {
  let gitServer: Host;
  let scratch: string;
  let server: ProvisionedHost;
  let old: { sessions: Session[]; environment: string; machineId: string };

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "evenkeel-replaced-"));
    gitServer = await upHost({ name: "os-git", fresh: true });
    await makeRepositories(gitServer, scratch);
    await revision("Second", "0.00012");
    server = await ProvisionedHost.make({ name: "os-bench", release: "trixie", user: "root", python: "3.13", gitServer, isEquipped: true });
    await server.bringKey();
    await server.succeeds("up");
    await server.onHost(`${evenkeel} run`);
    const { sessions, environments } = await published();
    const [environment] = environments;
    if (!environment) throw new Error("nothing was measured");
    old = { sessions, environment: environment.id, machineId: await server.onHost("cat /etc/machine-id") };
  });

  afterAll(async () => {
    await server.remove();
    await removeHost("os-bench");
    await removeHost("os-git");
    await rm(scratch, { recursive: true, force: true });
  });

  test("takes over from the repositories alone: the history is known, and is not measured again", async () => {
    expect(old.sessions.map(subjectOf)).toHaveLength(3);
    await removeHost("os-bench");
    const broken = server.host;
    server = await server.replacedBy("os-bench-new");
    expect([server.host.address, server.host.hostKey]).not.toEqual([broken.address, broken.hostKey]);
    await provision();
    expect(await server.onHost("cat /etc/machine-id")).not.toBe(old.machineId);
    expect(await server.onHost("sed -n 's/^  \"host\": //p' /etc/evenkeel/config.json")).toContain("os-bench");

    const queue = queueSchema.parse(JSON.parse(await server.onHost(`${evenkeel} queue --json`)));
    expect(queue.map(({ reason }) => reason)).not.toContain("new");
    await server.onHost(`${evenkeel} run`);
    const { sessions } = await published();
    expect(sessions.filter(({ reason }) => reason === "new")).toEqual(old.sessions.filter(({ reason }) => reason === "new"));
    // The interpreter is another in this environment.
    expect(new Set(sessions.filter((session) => subjectOf(session) === "baseline").map(({ environment }) => environment)).size).toBe(2);
  });

  test("bridges to what the old machine measured, by itself: every benchmark has a factor", async () => {
    const { sessions, scalingFactors } = await published();
    // The newest is measured first.
    const [newest, older] = old.sessions.filter(({ reason }) => reason === "new").map(subjectOf);
    const bridge = sessions.filter(({ reason }) => reason === "bridge");
    // The newest is held out: by it the bridge is judged.
    expect(new Set(bridge.map(subjectOf))).toEqual(new Set([older]));
    expect(sessions.filter(({ reason }) => reason === "verify").map(subjectOf)).toContain(newest);
    const [{ environment: present } = { environment: "" }] = bridge;
    const ends = { from: { environment: old.environment }, to: { environment: present } };
    expect(scalingFactors.flatMap((file) => file.scalingFactors)).toMatchObject([
      { benchmark: "read", variant: "compiled", revisions: [older], ...ends },
    ]);
    expect(scalingFactors.flatMap((file) => file.scalingFactors).filter(({ factor }) => !factor)).toEqual([]);
  });

  test("measures what is new in an environment of its own, beside what the old one measured", async () => {
    const third = await revision("Third", "0.00013");
    const run = await server.onHost(`${evenkeel} run`);
    const { sessions, environments } = await published();
    const [measured] = sessions.filter((session) => subjectOf(session) === third);
    const expected = { host: "os-bench", reason: "new", benchmarks: { read: { compiled: { status: "ok" } } } };
    expect({ run, measured }).toMatchObject({ measured: expected });
    expect(measured?.environment).not.toBe(old.environment);
    expect(new Set(environments.map(({ id }) => id))).toEqual(new Set([old.environment, measured?.environment]));
    for (const session of old.sessions) expect(sessions).toContainEqual(session);
  });

  test("is as declared, and the next up changes nothing", async () => {
    expect(await server.onHost(`${evenkeel} doctor`)).toBe("this host matches its declaration\n");
    expect((await server.succeeds("up")).output).toContain("20 unchanged");
  });

  /** The first up ends with the host's new deploy key. */
  async function provision(): Promise<void> {
    const first = await server.pulumi("up");
    expect(first.output).toContain("the deploy key does not open");
    await server.authorize();
    await server.succeeds("up");
  }

  async function revision(title: string, seconds: string): Promise<string> {
    const target = join(scratch, "target");
    await writeFile(join(target, "seconds"), `${seconds}\n`);
    const id = await commitAll(target, title, 1_700_000_200);
    await pushFolder(gitServer, "target", target);
    return id;
  }

  async function published(): Promise<{ sessions: Session[]; environments: Environment[]; scalingFactors: ScalingFile[] }> {
    const root = join(await mkdtemp(join(scratch, "published-")), "results");
    await cloneInto(gitServer, "results", root);
    const { sessions, damaged } = await readSessions(root);
    expect(damaged).toEqual([]);
    return { sessions, environments: (await readEnvironments(root)).environments, scalingFactors: (await readScalingFactors(root)).files };
  }
});
