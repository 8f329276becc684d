import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commitAll, gitIn } from "../../lab/git.ts";
import { removeHost, sshOk, upHost, type Host } from "../../lab/host.ts";
import { cloneInto, pushFolder } from "../../lab/remote.ts";
import type { HostState } from "../../runner/model.ts";
import { readHostStates } from "../../runner/store/host-states.ts";
import { readSessions } from "../../runner/store/sessions.ts";
import { inLab } from "../lab/in-lab.ts";
import { makeRepositories, ProvisionedHost } from "../lab/provision/fixture.ts";

const evenkeel = "/opt/evenkeel/current/evenkeel";
const cron = `flock -n -E 75 /run/evenkeel/lock ${evenkeel} run --cron`;

describe.skipIf(!inLab)("two hosts that publish to one repository", () => {
  let gitServer: Host;
  let scratch: string;
  let one: ProvisionedHost;
  let other: ProvisionedHost;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "evenkeel-two-"));
    gitServer = await upHost({ name: "two-git", fresh: true });
    await makeRepositories(gitServer, scratch);
    await revision("Second", "0.00012");
    [one, other] = await Promise.all([provisioned("two-a"), provisioned("two-b")]);
  });

  afterAll(async () => {
    await one?.remove();
    await other?.remove();
    await removeHost("two-git");
    await rm(scratch, { recursive: true, force: true });
  });

  test("one host alone has the reports for itself", async () => {
    await one.onHost(`${evenkeel} run`);
    const readme = await report("README.md");
    expect(readme).toContain("| server | two-a |");
    expect(readme).toContain("Written by Evenkeel on two-a.");
    expect(readme).not.toContain("## two-a");
  });

  test("whoever publishes, the reports show both, and no timeline has values of the other", async () => {
    await other.onHost(`${evenkeel} run`);
    await expectBoth();
    const third = await revision("Third", "0.00013");
    await one.onHost(`${evenkeel} run`);
    await expectBoth();
    const page = await report("reports/benchmarks/read.md");
    const [, ofOne = "", ofOther = ""] = page.split(/^## two-[ab]$/m);
    expect([ofOne, ofOther].map((text) => text.includes(third.slice(0, 12)))).toEqual([true, false]);
    expect(page).not.toContain("not yet linked");
    await other.onHost(`${evenkeel} run`);
    await expectBoth();
    expect((await report("reports/benchmarks/read.md")).split(third.slice(0, 12)).length).toBeGreaterThan(3);
  });

  test("both render the same bytes, in whatever time zone and language", async () => {
    const before = await tree();
    await one.onHost(`${evenkeel} report`);
    expect(await tree()).toBe(before);
    await other.onHost(`TZ=Asia/Tokyo LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8 ${evenkeel} report`);
    expect(await tree()).toBe(before);
    for (const host of [one, other]) await host.onHost(`rm -rf /srv/state/cache /tmp/reports && ${evenkeel} report --out /tmp/reports`);
    const sums = await Promise.all([one, other].map((host) => host.onHost("cd /tmp/reports && find . -type f | sort | xargs sha256sum")));
    expect(sums[0]?.split("\n").length).toBeGreaterThan(10);
    expect(sums[1]).toBe(sums[0]);
  });

  test("a pause is in the reports of all hosts, and looks that find nothing new make no commit", async () => {
    await other.onHost(`${evenkeel} pause --why "a new disk"`);
    await other.onHost(cron);
    const { states, commits } = await published();
    expect(states.map(({ host, paused }) => [host, paused?.replace(/.*: /, "")])).toEqual([
      ["two-a", undefined],
      ["two-b", "a new disk"],
    ]);
    expect(await report("README.md")).toMatch(/^## two-b\n(.*\n)+?\| schedule \| paused since .*a new disk \|/m);
    await other.onHost(cron);
    await one.onHost(cron);
    expect((await published()).commits).toEqual(commits);
    await other.onHost(`${evenkeel} resume && ${cron}`);
    expect((await published()).states.map(({ paused }) => paused)).toEqual([undefined, undefined]);
    expect(await report("README.md")).not.toContain("a new disk");
  });

  test("a host that differs from its declaration is shown as blocked, without the differences, until it matches", async () => {
    await one.onHost("cp /etc/cron.d/evenkeel /root/cron && echo '# edited' >>/etc/cron.d/evenkeel");
    expect((await one.tryOnHost(`${evenkeel} run`)).exitCode).toBe(1);
    expect((await published()).states[0]?.blocked).toBe("this host differs from its declaration in 1 place; run `evenkeel doctor` on it");
    expect(await report("README.md")).toContain("| blocked | this host differs from its declaration in 1 place");
    const { commits } = await published();
    await one.tryOnHost(`${evenkeel} run`);
    expect((await published()).commits).toEqual(commits);
    await one.onHost(`cp /root/cron /etc/cron.d/evenkeel && ${evenkeel} run`);
    expect((await published()).states[0]?.blocked).toBeUndefined();
    expect(await report("README.md")).not.toContain("| blocked |");
  });

  test("a state in which another host pushed nonsense is left out, and reported", async () => {
    const folder = join(scratch, "hostile");
    await cloneInto(gitServer, "results", folder);
    const path = join(folder, "hosts", "two-b.json");
    const state = await readFile(path, "utf8");
    await writeFile(path, state.replace(/"since":"[0-9a-f]+"/, '"since":"--output=/srv/x"'));
    await commitAll(folder, "Nonsense", 1_700_000_300);
    await pushFolder(gitServer, "results", folder);
    const said = await one.onHost(`${evenkeel} report`);
    expect(said).toMatch(/left out of the reports: .*hosts\/two-b\.json: target\.since/);
    expect(await one.onHost(`${evenkeel} status`)).toMatch(/not read .*hosts\/two-b\.json/);
    await expectBoth();
    // Its own host replaces it.
    await other.onHost(`${evenkeel} report`);
    expect((await published()).states).toHaveLength(2);
  });

  async function expectBoth(): Promise<void> {
    const readme = await report("README.md");
    expect(readme).toContain("## two-a\n");
    expect(readme).toContain("## two-b\n");
    expect((await report("reports/summary-main.md")).match(/^\| \[read\].* \| two-[ab] \|/gm)).toHaveLength(2);
    const index = await report("docs/data/index.js");
    expect(index).toContain('"name":"two-a"');
    expect(index).toContain('"name":"two-b"');
  }

  async function provisioned(name: string): Promise<ProvisionedHost> {
    const host = await ProvisionedHost.make({ name, release: "trixie", user: "root", python: "3.13", gitServer, isEquipped: true });
    await host.bringKey();
    await host.succeeds("up");
    return host;
  }

  async function revision(title: string, seconds: string): Promise<string> {
    const target = join(scratch, "target");
    await writeFile(join(target, "seconds"), `${seconds}\n`);
    const id = await commitAll(target, title, 1_700_000_200);
    await pushFolder(gitServer, "target", target);
    return id;
  }

  function onServer(command: string): Promise<string> {
    return sshOk(gitServer, `git -c safe.directory=* --git-dir=/home/git/results.git ${command}`);
  }

  function report(path: string): Promise<string> {
    return onServer(`show reports:${path}`);
  }

  function tree(): Promise<string> {
    return onServer("rev-parse 'reports^{tree}'");
  }

  async function published(): Promise<{ states: HostState[]; commits: string[] }> {
    const root = join(await mkdtemp(join(scratch, "published-")), "results");
    await cloneInto(gitServer, "results", root);
    expect((await readSessions(root)).damaged).toEqual([]);
    const commits = (await gitIn(root)`git log --format=%s`).stdout.trim().split("\n");
    return { states: (await readHostStates(root)).states, commits };
  }
});
