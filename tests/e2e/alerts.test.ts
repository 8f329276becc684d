import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alertSchema } from "../../runner/alerts/alert.ts";
import { ssh } from "../../lab/host.ts";
import { authorizeKey, forgetKey } from "../../lab/remote.ts";
import { nothingMeasured, unreachable } from "../../runner/run/exit-codes.ts";
import { LabServer } from "../../lab/server.ts";
import { inLab } from "../lab/in-lab.ts";

interface Request {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const hookPath = "/hooks/secret-of-the-webhook";
const pingPath = "/ping/secret-of-the-ping";
const token = "secret-of-github";

// A server that tells its news to whoever listens at these addresses.
describe.skipIf(!inLab)("alerts", () => {
  let labServer: LabServer;
  let server: Server;
  let origin: string;
  let status = 200;
  let requests: Request[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    labServer = await LabServer.open({
      alerts: { webhook: true, ping: true, github: { repository: "owner/name", api: origin }, silentHours: 1 },
    });
    await labServer.evenkeelOk("run");
  });

  afterAll(async () => {
    await labServer?.remove();
    server.close();
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests.push({ path: request.url ?? "", headers: request.headers, body: await text(request) });
    response.statusCode = status;
    response.end(`refused: ${hookPath}`);
  }

  /** One look of cron's, with what it sent. */
  async function look(): Promise<{ printed: string; exitCode: number | undefined; sent: Request[] }> {
    requests = [];
    const { stdout, exitCode } = await labServer.evenkeel("run --cron");
    return { printed: stdout, exitCode, sent: requests };
  }

  function titlesAt(path: string, sent: readonly Request[]): string[] {
    return sent.filter((one) => one.path === path).map(({ body }) => alertSchema.parse(JSON.parse(body)).title);
  }

  test("without their secrets say what is missing and how to bring it, and a run goes on", async () => {
    const tried = await labServer.evenkeel("notify --test");
    expect(tried.exitCode).toBe(1);
    expect(tried.stdout).toMatch(
      /^webhook: secret webhook is missing on this host \(npm run secret -- put config\/yours\.yaml HOST webhook/,
    );
    expect((await labServer.evenkeel("run --cron")).exitCode).toBe(0);
  });

  test("go out as a test to each that is told, by secrets that came past Pulumi", async () => {
    for (const [name, secret] of [
      ["webhook", origin + hookPath],
      ["ping", origin + pingPath],
      ["github", token],
    ] as const) {
      expect((await ssh(labServer.host, `/opt/evenkeel/current/evenkeel secret put ${name}`, { input: `${secret}\n` })).exitCode).toBe(0);
    }
    requests = [];
    expect(await labServer.evenkeelOk("notify --test")).toBe("webhook: sent\ngithub: sent\nping: sent\n");
    expect(requests.map(({ path }) => path).sort()).toEqual([hookPath, pingPath, "/repos/owner/name/issues"]);
    expect(requests.find(({ path }) => path.startsWith("/repos"))?.headers.authorization).toBe(`Bearer ${token}`);
  });

  test("a successful look pings, and tells nothing", async () => {
    const { sent } = await look();
    expect(sent.map(({ path }) => path)).toEqual([pingPath]);
  });

  test("a pause is told once, to each", async () => {
    await labServer.evenkeelOk("pause --why 'the disk is replaced'");
    const { sent } = await look();
    expect(titlesAt(hookPath, sent)).toEqual(["paused: nothing is measured"]);
    const issue: unknown = JSON.parse(sent.find(({ path }) => path === "/repos/owner/name/issues")?.body ?? "null");
    expect(issue).toMatchObject({
      title: `${labServer.host.name}: paused: nothing is measured`,
      body: expect.stringContaining("the disk is replaced"),
    });
    expect(titlesAt(hookPath, (await look()).sent)).toEqual([]);
    await labServer.evenkeelOk("resume");
  });

  test("a host that is not as declared is told, with what differs", async () => {
    await labServer.root("chmod 700 /srv/log");
    const { sent } = await look();
    const [alert] = sent.filter(({ path }) => path === hookPath).map(({ body }) => alertSchema.parse(JSON.parse(body)));
    expect(alert).toMatchObject({ about: "undeclared", host: labServer.host.name });
    expect(alert?.text).toContain("/srv/log mode: is 0700, declared 0755");
    expect(sent.map(({ path }) => path)).not.toContain(pingPath);
    await labServer.root("chmod 755 /srv/log");
    await look();
  });

  test("a failing run is told; what does not get through is kept, delivered once it can be, and delays no measurement", async () => {
    await labServer.root("git -C /home/git/target.git -c safe.directory='*' branch -m main gone");
    status = 500;
    const first = await look();
    expect(first.printed).toMatch(/alert not sent \(webhook\); a later run will retry: HTTP status 500/);
    expect(first.printed).not.toContain("secret-of");
    expect(await labServer.evenkeelOk("notify")).toMatch(/^webhook: a run failed \(1 failed attempt, next after /);
    status = 200;
    expect(titlesAt(hookPath, (await look()).sent)).toEqual([]);
    await labServer.root(`sed -i 's/"notBefore":"[^"]*"/"notBefore":"2026-01-01T00:00:00.000Z"/g' /srv/state/alerts.json`);
    expect(titlesAt(hookPath, (await look()).sent)).toEqual(["a run failed"]);
    expect(titlesAt(hookPath, (await look()).sent)).toEqual([]);
  });

  test("hours without a successful run are told once", async () => {
    await labServer.root(`sed -i 's/"lastSuccess":"[^"]*"/"lastSuccess":"2026-01-01T00:00:00.000Z"/' /srv/state/alerts.json`);
    expect(titlesAt(hookPath, (await look()).sent)).toEqual(["no successful run for 1 hour"]);
    expect(titlesAt(hookPath, (await look()).sent)).toEqual([]);
    await labServer.root("git -C /home/git/target.git -c safe.directory='*' branch -m gone main");
    expect((await look()).sent.map(({ path }) => path)).toEqual([pingPath]);
  });

  test("what can be neither fetched nor published is no success: no ping, and an alert once it lasts", async () => {
    const key = await labServer.root("cat /home/benchmark/.ssh/id_ed25519.pub");
    await forgetKey(labServer.host, key);
    try {
      requests = [];
      expect((await labServer.evenkeel("run --cron")).exitCode).toBe(unreachable);
      expect(requests).toEqual([]);
      await labServer.root(`sed -i 's/"since":"[^"]*"/"since":"2026-01-01T00:00:00.000Z"/g' /srv/state/problems.json`);
      const { sent } = await look();
      expect(titlesAt(hookPath, sent)).toEqual(["cannot fetch /srv/target for 6 hours", "cannot publish results to main for 6 hours"]);
      expect(sent.map(({ path }) => path)).not.toContain(pingPath);
      expect((await look()).sent).toEqual([]);
    } finally {
      await authorizeKey(labServer.host, key);
    }
    expect((await look()).sent.map(({ path }) => path)).toEqual([pingPath]);
  });

  test("a channel that is away is shown by status, and told by the others once it lasts", async () => {
    status = 500;
    await labServer.evenkeelOk("pause --why 'the webhook is away'");
    await look();
    expect(await labServer.evenkeelOk("status")).toMatch(
      /problems +cannot deliver alerts by webhook since .*HTTP status 500; .* by github/,
    );
    await labServer.root(`sed -i 's/"since":"[^"]*"/"since":"2026-01-01T00:00:00.000Z"/g' /srv/state/problems.json`);
    await labServer.root(`sed -i 's/"notBefore":"[^"]*"/"notBefore":"2026-01-01T00:00:00.000Z"/g' /srv/state/alerts.json`);
    await look();
    status = 200;
    await labServer.root(`sed -i 's/"notBefore":"[^"]*"/"notBefore":"2026-01-01T00:00:00.000Z"/g' /srv/state/alerts.json`);
    const { sent } = await look();
    expect(titlesAt(hookPath, sent)).toContain("cannot deliver alerts by webhook for 6 hours");
    expect(await labServer.evenkeelOk("status")).not.toContain("problems");
    await labServer.evenkeelOk("resume");
  });

  test("benchmarks that fail are told once, a whole suite as one, and that it is over; at its second revision no run counts as successful", async () => {
    const one = await labServer.push("small: one benchmark fails", { behaviour: { steady: { exit: 3 } } });
    expect(titlesAt(hookPath, (await look()).sent)).toEqual([`steady fails since ${one.slice(0, 12)}`]);
    const failing = { behaviour: { steady: { exit: 3 }, second: { exit: 3 } }, files: { "native.c": "int main(void) { return 3; }\n" } };
    const every = await labServer.push("small: every benchmark fails", failing);
    const first = await look();
    expect(titlesAt(hookPath, first.sent)).toEqual([`every benchmark fails since ${every.slice(0, 12)}`]);
    expect(first.exitCode).toBe(0);
    expect(first.sent.map(({ path }) => path)).toContain(pingPath);

    await labServer.push("small: every benchmark still fails", { files: { README: "words\n" } });
    const second = await look();
    const row = `every benchmark since ${every.slice(0, 12)}, 2 revisions in a row: run: it ended with exit code 3`;
    expect(second).toMatchObject({ exitCode: nothingMeasured, sent: [] });
    expect(second.printed.trimEnd().split("\n").at(-1)).toContain(`failing: ${row}`);
    // A look without anything to measure does not make it well.
    expect(await look()).toMatchObject({ exitCode: nothingMeasured, sent: [] });
    const status = await labServer.evenkeelOk("status");
    expect(status).toMatch(new RegExp(`^failing +${row}`, "m"));
    expect(status).toMatch(new RegExp(`^ +steady since ${one.slice(0, 12)}: run: it ended with exit code 3: steady gives up$`, "m"));
    expect(await labServer.report("README.md")).toMatch(/\| failing \| every benchmark since .*, 2 revisions in a row: run: /);

    const works = '#include <stdio.h>\nint main(void) { puts("0.0001"); return 0; }\n';
    await labServer.push("small: all is well", { behaviour: {}, files: { "native.c": works } });
    const third = await look();
    expect(titlesAt(hookPath, third.sent)).toEqual(["benchmarks can be measured again"]);
    expect(third.sent.map(({ path }) => path)).toContain(pingPath);
    expect(third.exitCode).toBe(0);
    expect(await labServer.evenkeelOk("status")).not.toMatch(/^failing /m);
  });

  test("no secret is in a log, in the state, or in a file that others can read", async () => {
    const found = await labServer.root("grep -rl secret-of- /etc /opt /srv /var/log /run 2>/dev/null | sort || true");
    expect(found.trim().split("\n")).toEqual(["github", "ping", "webhook"].map((name) => `/etc/evenkeel/secrets/${name}`));
    expect((await labServer.root("stat -c %a /etc/evenkeel/secrets /etc/evenkeel/secrets/*")).trim().split("\n")).toEqual([
      "700",
      "600",
      "600",
      "600",
    ]);
  });
});
