import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { loadConfig } from "../../config/load.ts";
import { changesOf } from "../../lab/changes.ts";
import { sshEnvironment } from "../../lab/host.ts";
import { LabServer } from "../../lab/server.ts";
import { never } from "../../lab/server-settings.ts";
import { buildBundle } from "../../provision/program/bundle.ts";
import { noticesOf } from "../../provision/program/drift.ts";
import { look } from "../../provision/program/look.ts";
import { resource, type Resource } from "../../provision/program/resources.ts";
import type { Marker } from "../../runner/resources/resource-type.ts";
import { inLab } from "./in-lab.ts";

const reboot = resource("reboot", {});
const schedule = (cron: string): Resource => resource("schedule", { owner: "lab/host", enabled: true, cron });
const applied = (changes: ReturnType<typeof changesOf>): Map<string, Marker> =>
  new Map(changes.map(({ name, type, spec, token }) => [name, { type, spec, token, observed: {} }]));

describe("what is applied without Pulumi", () => {
  test("is all of a new host, after the declaration, and then only what is declared otherwise", () => {
    const first = changesOf([reboot, schedule(never)], new Map(), "host");
    expect(first.map(({ name }) => name)).toEqual(["declaration", "reboot", "schedule"]);
    const markers = applied(first);
    expect(changesOf([reboot, schedule(never)], markers, "host")).toEqual([]);
    const next = changesOf([reboot, schedule("* * * * *")], markers, "host");
    expect(next.map(({ name }) => name)).toEqual(["declaration", "schedule"]);
    const declared = Object.fromEntries([...markers, ...applied(next)].map(([name, { token }]) => [name, token]));
    expect(next[0]).toMatchObject({ spec: { resources: { reboot: declared["reboot"], schedule: declared["schedule"] } } });
  });
});

describe.skipIf(!inLab)("a copy of a provisioned host", () => {
  let server: LabServer;

  beforeAll(async () => {
    vi.stubEnv("SSH_AUTH_SOCK", (await sshEnvironment())["SSH_AUTH_SOCK"]);
    server = await LabServer.open({ name: "changes", cron: never });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server?.remove();
  });

  test("that was brought to other settings without Pulumi leaves nothing for `up` to apply", async () => {
    await server.change({ timeoutSeconds: 7, compiler: "cc" });
    expect(await server.root("cat /etc/evenkeel/config.json")).toContain('"timeoutSeconds": 7');
    const config = loadConfig(server.stack.configFile);
    const [host] = config.hosts;
    if (!host) throw new Error("no host");
    const { resources, state } = await look(host, config, server.stack.name, await buildBundle(), false);
    if (state === "skipped") throw new Error("it was skipped");
    expect(noticesOf(resources, state, { config, isVerbose: false })).toEqual([]);
  });

  test("is refused with the program of other sources", async () => {
    await server.root(`sed -i 's/"sha256": "./"sha256": "/' /opt/evenkeel/markers/bundle.json`);
    await expect(server.change({})).rejects.toThrow("changes has the program of other sources: provision it by Pulumi");
  });
});
