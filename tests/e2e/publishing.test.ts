import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commitAll, gitIn } from "../../lab/git.ts";
import { authorizeKey, forgetKey } from "../../lab/remote.ts";
import { accountOf } from "../../runner/system/account.ts";
import { unreachable } from "../../runner/run/exit-codes.ts";
import type { Session } from "../../runner/model.ts";
import { readSamples, sessionPath, writeSession } from "../../runner/store/sessions.ts";
import { inLab } from "../lab/in-lab.ts";
import { LabServer } from "../../lab/server.ts";
import { subjectOf } from "../../lab/published.ts";

describe.skipIf(!inLab)("results on their way to the remote", () => {
  let server: LabServer;

  beforeAll(async () => {
    server = await LabServer.open();
    await server.evenkeelOk("run");
  });
  afterAll(() => server?.remove());

  /** Another host's clone with a session of its own, committed and not pushed. */
  async function anotherHostMeasured(): Promise<{ folder: string; id: string }> {
    const folder = await server.otherHost();
    const { sessions } = await server.published();
    const [session] = sessions;
    if (!session) throw new Error("nothing is published yet");
    const id = session.id.replace(`-${session.host}-`, "-other-").replace(/\d{4}$/, String(1000 + sessions.length));
    const copy: Session = { ...session, id, host: "other" };
    await writeSession(folder, await accountOf("root"), copy, { ...(await readSamples(folder, session.id)), id });
    await commitAll(folder, "small: measured on other", Date.UTC(2026, 1, 1) / 1000);
    return { folder, id };
  }

  test("when another host has pushed since, both hosts' results are there, in one line of history", async () => {
    const other = await anotherHostMeasured();
    await server.pushResults(other.folder);
    const revision = await server.push("small: while another host pushed");
    await server.evenkeelOk("run");
    const { sessions, parents } = await server.published();
    expect(sessions.map(({ id }) => id)).toContain(other.id);
    expect(sessions.map(subjectOf)).toContain(revision);
    expect(parents.filter((parent) => parent.includes(" "))).toEqual([]);
    expect(await server.list(`/srv/results/runs/${other.id.slice(0, 4)}/${other.id.slice(4, 6)}`)).toContain(`${other.id}.json`);
  });

  test("when another host pushes in the very moment, the push is refused and done again on its commit", async () => {
    const other = await anotherHostMeasured();
    // The other's commit lies ready on the server; the server makes it the branch's tip while it takes the runner's push.
    const commit = await server.pushAside(other.folder, "refs/aside/other");
    await server.root(`cat >/home/git/results.git/hooks/pre-receive <<'hook'
#!/bin/sh
rm "$0"
env -u GIT_QUARANTINE_PATH git update-ref refs/heads/main ${commit}
hook
chmod 755 /home/git/results.git/hooks/pre-receive; chown git: /home/git/results.git/hooks/pre-receive`);
    const revision = await server.push("small: in the very moment");
    const log = await server.evenkeelOk("run");
    expect(log).not.toContain("not published");
    expect(await server.list("/home/git/results.git/hooks")).not.toContain("pre-receive");
    const { sessions, commits, parents } = await server.published();
    expect(sessions.map(({ id }) => id)).toContain(other.id);
    expect(sessions.map(subjectOf)).toContain(revision);
    expect(commits.slice(-2)).toEqual([
      "small: measured on other",
      `small ${revision.slice(0, 12)}: 3 benchmarks (new) on ${server.host.name}`,
    ]);
    expect(parents.filter((parent) => parent.includes(" "))).toEqual([]);
  });

  test("without access to the remote, results stay and one line says so; the next run publishes them", async () => {
    const older = await server.push("small: fetched before the door closed");
    const newer = await server.push("small: the same");
    await server.fetchTarget();
    const key = await server.root("cat /home/benchmark/.ssh/id_ed25519.pub");
    const before = await server.remoteRefs();
    await forgetKey(server.host, key);
    try {
      const run = await server.evenkeel("run");
      expect(run.exitCode).toBe(unreachable);
      const log = run.stdout.split("\n");
      expect(log.filter((line) => line.includes(" to go"))).toHaveLength(6);
      expect(log.filter((line) => line.includes("not published"))).toEqual([
        expect.stringMatching(/ not published; the next run will retry: ssh:.*Permission denied.*deploy key/),
        expect.stringMatching(/ reports not published: ssh:.*Permission denied.*deploy key/),
      ]);
      expect(log.filter((line) => line.includes("continuing with the local clone"))).toHaveLength(1);
      expect(await server.remoteRefs()).toBe(before);
      expect(log.at(-2)).toMatch(
        / cannot fetch \/srv\/target since .*; cannot publish results to main since .*; cannot publish reports to reports/,
      );
      const status = await server.evenkeelOk("status");
      expect(status).toMatch(/unpublished +4 files/);
      expect(status).toMatch(/problems +cannot fetch \/srv\/target since .*Permission denied.*deploy key/);
      expect((await server.evenkeel("report")).exitCode).toBe(unreachable);
    } finally {
      await authorizeKey(server.host, key);
    }
    expect(await server.evenkeelOk("run")).toContain("published 4 files");
    const { sessions, commits } = await server.published();
    expect(sessions.map(subjectOf)).toEqual(expect.arrayContaining([older, newer]));
    expect(commits.at(-1)).toBe(`small: 2 sessions on ${server.host.name}`);
    expect(await server.report("reports/benchmarks/steady.md")).toContain(newer.slice(0, 12));
    const status = await server.evenkeelOk("status");
    expect(status).toMatch(/unpublished +0 files/);
    expect(status).not.toContain("problems");
  });

  test("with --no-publish, git is left as it is, and the next run publishes", async () => {
    const revision = await server.push("small: for this host alone");
    const refs = await server.remoteRefs();
    const head = () =>
      server.root(
        "runuser -u benchmark -- git -C /srv/results log -1 --format=%H; runuser -u benchmark -- git -C /srv/results for-each-ref",
      );
    const before = await head();
    expect(await server.evenkeelOk("run --no-publish")).not.toContain("published");
    expect(await head()).toBe(before);
    expect(await server.remoteRefs()).toBe(refs);
    expect((await server.published()).sessions.map(subjectOf)).not.toContain(revision);
    expect(await server.evenkeelOk("run")).toContain("published 2 files");
    expect((await server.published()).sessions.map(subjectOf)).toContain(revision);
  });

  test("a withdrawn session counts for nothing and is owed again, on every host, until that is undone", async () => {
    const { sessions } = await server.published();
    const session = sessions.findLast(({ host, subject }) => host === server.host.name && subject.kind === "revision");
    if (!session) throw new Error("nothing is published yet");
    const { id } = session;
    const revision = subjectOf(session);
    const queue = async () => JSON.parse(await server.evenkeelOk("queue --json")) as { subject: unknown }[];
    expect(await server.evenkeel(`withdraw ${id}`)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("needs a reason") });
    expect(await server.evenkeel(`withdraw ${id.replace("-new-", "-nwe-")} --why x`)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`did you mean ${id}?`),
    });
    expect(await queue()).toEqual([]);

    expect(await server.evenkeelOk(`withdraw ${id} --why 'the disk was <full>' --by ada`)).toBe(
      `${id} is withdrawn; values that no other session has will be measured again\n`,
    );
    expect((await server.published()).sessions.map((one) => one.id)).not.toContain(id);
    expect(await server.report("reports/withdrawn.md")).toMatch(new RegExp(`${id}</code> \\| ada on .* \\| the disk was &#60;full&#62;`));
    expect(await server.report("reports/benchmarks/steady.md")).not.toContain(revision.slice(0, 12));
    expect(await server.evenkeelOk("status")).toMatch(/withdrawn +1 session\n/);
    expect(await queue()).toMatchObject([{ subject: { revision } }]);

    expect(await server.evenkeelOk(`withdraw ${id} --undo`)).toBe(`${id} counts again\n`);
    expect((await server.published()).sessions.map((one) => one.id)).toContain(id);
    expect(await server.report("reports/benchmarks/steady.md")).toContain(revision.slice(0, 12));
    expect(await queue()).toEqual([]);
  });

  test("a withdrawn benchmark counts nowhere and is owed again, until that is undone; measured again, it counts", async () => {
    const queue = async () => JSON.parse(await server.evenkeelOk("queue --json")) as { benchmarks?: string[] }[];
    const valuesOf = async (name: string) => (await server.published()).sessions.filter(({ benchmarks }) => name in benchmarks).length;
    const before = { steady: await valuesOf("steady"), native: await valuesOf("native") };
    expect(await queue()).toEqual([]);
    expect(await server.evenkeel("withdraw steddy --why x")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("did you mean steady?"),
    });

    expect(await server.evenkeelOk("withdraw steady --why 'it read the <wrong> file' --by ada")).toContain(
      "all values of steady until now are withdrawn",
    );
    expect([await valuesOf("steady"), await valuesOf("native")]).toEqual([0, before.native]);
    const owed = await queue();
    expect(owed.length).toBeGreaterThan(0);
    expect(owed.map(({ benchmarks }) => benchmarks)).toEqual(owed.map(() => ["steady"]));
    expect(await server.evenkeelOk("status")).toMatch(/withdrawn +1 benchmark\n/);
    expect(await server.report("reports/withdrawn.md")).toMatch(
      /benchmark steady, all values until then \| ada on .* \| it read the &#60;wrong&#62; file/,
    );
    const page = await server.report("reports/benchmarks/steady.md");
    expect(page).toContain("were withdrawn: it read the &#60;wrong&#62; file");
    expect(page).not.toMatch(/\d ms/);
    expect(await server.report("reports/benchmarks/native.md")).toMatch(/\d µs/);
    const [older, newer] = [...new Set((await server.published()).sessions.map(subjectOf))].filter((id) => id !== "baseline");
    expect(await server.evenkeelOk(`compare ${older} ${newer}`)).toMatch(/^not compared, not measured compiled: steady$/m);

    expect(await server.evenkeelOk("withdraw steady --undo")).toBe("steady counts again\n");
    expect(await valuesOf("steady")).toBe(before.steady);
    expect(await queue()).toEqual([]);

    await server.evenkeelOk("withdraw steady --why 'after all'");
    await server.measureAll();
    expect(await queue()).toEqual([]);
    expect(await valuesOf("steady")).toBe(owed.length);
    expect(await server.report("reports/benchmarks/steady.md")).toMatch(/\d ms/);
  });

  test("a session that is deleted on the remote stays deleted, and can be brought back", async () => {
    const { sessions } = await server.published();
    const { id = "" } = sessions.at(-1) ?? {};
    const folder = await server.otherHost();
    const { session, samples } = sessionPath(id);
    await gitIn(folder)`git rm --quiet ${session} ${samples}`;
    await commitAll(folder, "bogus", Date.UTC(2026, 2, 1) / 1000);
    await server.pushResults(folder);
    expect((await server.evenkeel("run --max-minutes 0")).stdout).toContain("2 files deleted on the results' remote");
    expect((await server.published()).files).not.toContain(session);
    expect(await server.evenkeelOk("status")).toMatch(/deleted +1 session on the remote/);
    await server.evenkeelOk(`withdraw --undo ${id}`);
    expect((await server.published()).files).toContain(session);
    expect(await server.evenkeelOk("status")).not.toContain("on the remote");
  });

  test("what is stored already is never changed, here or there", async () => {
    const { files } = await server.published();
    const name = files.find((path) => path.endsWith(".samples.json")) ?? "";
    const path = server.path(join("/srv/results", name));
    const content = await readFile(path, "utf8");
    await writeFile(path, content.replace("samples", "edited "));
    const log = await server.evenkeel("run");
    expect(log.stdout).toContain(basename(name));
    await writeFile(path, content);
    expect((await server.published()).samples.length).toBeGreaterThan(0);
    expect(await server.evenkeel("doctor")).toMatchObject({ exitCode: 0 });
  });

  test("another version begins a benchmark anew, without a bridge; what is no longer declared leaves all lists, and keeps its page", async () => {
    const run = "python3 bench.py further";
    await server.change({
      commands: [
        { name: "corrected", run },
        { name: "gone", run },
      ],
    });
    const old = await server.push("small: measured by the wrong command");
    await server.evenkeelOk("run");
    const listed = async () => (await server.report("reports/summary-main.md")).match(/^\| \[\w+\]/gm);
    expect(await listed()).toEqual(expect.arrayContaining(["| [corrected]", "| [gone]"]));

    await server.change({ commands: [{ name: "corrected", run, version: 2 }] });
    await server.evenkeelOk("run");
    expect(await listed()).not.toContain("| [gone]");
    expect(await server.report("README.md")).toContain("## No longer in the suite\n\n[gone](reports/benchmarks/gone.md)");
    expect(await server.report("reports/benchmarks/gone.md")).toContain("No longer in the suite: its series ends here.");

    const revision = await server.push("small: measured by the right one");
    await server.evenkeelOk("run");
    const page = await server.report("reports/benchmarks/corrected.md");
    expect(page).toContain("It started anew with version 2. Values of version 1 are shown separately");
    expect(page).toContain("**benchmark version 1 → 2**: starts anew here; older values are not linked");
    expect([page.includes(old.slice(0, 12)), page.includes(revision.slice(0, 12))]).toEqual([true, true]);
    const { files, sessions } = await server.published();
    expect(files.filter((path) => path.startsWith("scaling/"))).toEqual([]);
    expect(sessions.map(({ reason }) => reason)).not.toContain("bridge");
    expect(JSON.parse(await server.evenkeelOk("queue --json"))).toEqual([]);
  });

  test("branches that were renamed on the remotes are named by the error, followed by `up`, and measured on", async () => {
    const revision = await server.push("small: before the branch was renamed");
    await server.root(`for move in "target main next" "results main data"; do set -- $move
      git -C /home/git/$1.git -c safe.directory='*' branch -m $2 $3; done`);
    expect(await server.evenkeel("run")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("set target.branch to one of its branches: next"),
    });

    await server.up({ branches: { target: "next", results: "data", reports: "pages" } });
    expect(await server.evenkeelOk("doctor")).toContain("this host matches its declaration");
    expect(await server.evenkeelOk("run")).toContain(`revision ${revision.slice(0, 12)}`);
    const show = (what: string) => server.root(`git -C /home/git/results.git -c safe.directory='*' ${what}`);
    expect(await show("ls-tree -r --name-only data runs")).toContain(revision.slice(0, 12));
    expect(await show("show pages:README.md")).toContain("benchmarks");
    expect(await show("for-each-ref --format='%(refname:short)'")).toBe("aside/other\ndata\npages\nreports\n");
  });
});
