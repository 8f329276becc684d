import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { downHost, upHost } from "../../../lab/host.ts";
import { inLab } from "../in-lab.ts";
import type { ProvisionedHost } from "./fixture.ts";
import { clean, UpgradedServer, usual } from "./upgraded-server.ts";

const libz = "/usr/lib/x86_64-linux-gnu/libz.so.1";

// What makes another environment, and what does not.
describe.skipIf(!inLab)("an upgrade", () => {
  let upgraded: UpgradedServer;
  let server: ProvisionedHost;

  beforeAll(async () => {
    upgraded = await UpgradedServer.make("upgrade-env");
    server = upgraded.server;
  });

  afterAll(() => server?.remove());

  test("of a library holds the host until its hash is declared; then it is the same environment", async () => {
    const before = await upgraded.identity();
    await server.onHost(`cp -p $(readlink -f ${libz}) /root/libz && echo >>$(readlink -f ${libz})`);
    const { hostFacts } = await upgraded.identity();
    const described = `activation: host fact libz.so.1: is ${hostFacts.now["libz.so.1"]}, declared ${before.hostFacts.now["libz.so.1"]} (if the change is intended, write \`environment.acceptedFacts: "${hostFacts.hash}"\``;
    expect(await upgraded.refusal()).toContain(`not measuring: ${described}`);
    expect(await upgraded.doctor()).toContain(described);
    expect((await server.pulumi("preview")).output).toContain(`drift: ${described}`);

    const up = await server.pulumi("up");
    expect(up.exitCode).not.toBe(0);
    expect(up.output).toMatch(/host facts of this machine changed without a declaration:\n *libz\.so\.1: was \w+, is \w+/);
    expect(up.output).toContain(`\`environment.acceptedFacts: "${hostFacts.hash}"\``);
    expect(await upgraded.refusal()).toContain(`not measuring: ${described}`);

    await upgraded.changeTo({ ...usual, environment: { acceptedFacts: hostFacts.hash } });
    expect(await upgraded.identity()).toMatchObject({ environment: before.environment, hostFacts: { accepted: hostFacts.now } });
    await upgraded.expectMeasuring();
  });

  test("of a library is another environment where that is declared, and going back to the first one is asked about too", async () => {
    const first = await upgraded.identity();
    await server.onHost(`echo >>$(readlink -f ${libz})`);
    const { hostFacts } = await upgraded.identity();
    await upgraded.changeTo({ ...usual, environment: { acceptedFacts: hostFacts.hash, startsNewEnvironment: true } });
    const second = await upgraded.identity();
    expect(second.environment).toEqual({ ...first.environment, id: second.environment.id, hostFacts: hostFacts.hash });
    expect(second.environment.id).not.toBe(first.environment.id);
    await upgraded.expectMeasuring();

    await server.onHost(`cp -p /root/libz $(readlink -f ${libz})`);
    await server.configure(usual);
    expect((await server.pulumi("up")).output).toContain("host facts of this machine changed without a declaration");
    await upgraded.changeTo({ ...usual, environment: { acceptedFacts: (await upgraded.identity()).hostFacts.hash } });
    expect((await upgraded.identity()).environment).toEqual(first.environment);
    await upgraded.changeTo(usual);
    await upgraded.expectMeasuring();
  });

  test("of the interpreter under its version is another environment; so is another machine of the same CPU model", async () => {
    const before = await upgraded.identity();
    const changes = [
      {
        change:
          "cp -p /usr/bin/python3.13 /root/python && cp -p /root/python /root/rebuilt && echo >>/root/rebuilt && mv /root/rebuilt /usr/bin/python3.13",
        restore: "mv /root/python /usr/bin/python3.13",
        described: /not measuring: .*venv/,
      },
      {
        // Where this machine has no board that it could be told by, its installation counts.
        change: `uuid=/sys/class/dmi/id/product_uuid; echo 4c4c4544-0035-3010-8051-b4c04f4a4231 >/root/uuid
          if [ -e $uuid ]; then mount --bind /root/uuid $uuid; else cp /etc/machine-id /root/machine-id && echo 0123456789abcdef0123456789abcdef >/etc/machine-id; fi`,
        restore: "if [ -e /root/machine-id ]; then cp /root/machine-id /etc/machine-id; else umount /sys/class/dmi/id/product_uuid; fi",
        described: /not measuring: activation: environment machine: is [0-9a-f]{16}, declared [0-9a-f]{16}$/,
      },
    ];
    for (const { change, restore, described: told } of changes) {
      await server.onHost(change);
      expect(await upgraded.refusal()).toMatch(told);
      await server.succeeds("up");
      const { environment } = await upgraded.identity();
      expect(environment.id).not.toBe(before.environment.id);
      expect(environment.cpu).toBe(before.environment.cpu);
      await upgraded.expectMeasuring();
      await server.onHost(restore);
      await server.succeeds("up");
      expect((await upgraded.identity()).environment).toEqual(before.environment);
    }
  });

  test("is not what a reboot is: all facts are as before", async () => {
    const before = await upgraded.identity();
    await downHost(server.host.name);
    await upHost({ name: server.host.name, release: "trixie" });
    expect(await upgraded.identity()).toEqual(before);
    expect(await upgraded.doctor()).toBe(clean);
    await upgraded.expectMeasuring();
  });
});
