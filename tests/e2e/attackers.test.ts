// Cursors are moved by control characters.
/* oxlint-disable no-control-regex */
import { createHash } from "node:crypto";
import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gitIn } from "../../lab/git.ts";
import { LabServer } from "../../lab/server.ts";
import { makeWheel } from "../../lab/wheel.ts";
import type { Session } from "../../runner/model.ts";
import { inLab } from "../lab/in-lab.ts";

const secret = "token-of-somebody-else";
const secretFile = "/etc/evenkeel/secrets/github";

/** Leaves what whoever walks a tree may hang on or stumble over. */
const traps = `
import os
os.mkfifo("trap.py")
os.symlink("/etc/shadow", "shadow.py")
os.symlink(".", "loop")
os.symlink("/dev/zero", "endless.py")
open("two\\nlines \\x1b[2J.py", "w").close()
with open("sparse.py", "w") as file:
    file.truncate(3 << 30)
os.mkdir("many")
for number in range(50000):
    open("many/%d" % number, "w").close()
for _ in range(3000):
    os.mkdir("deeper")
    os.chdir("deeper")
`;

const requirementsOf = (line: string): string => `--no-index\n--find-links wheels\n${line}\n`;

// Three attackers: who commits to the target, who pushes to the results, and both at once. The suite's is in hostile.test.ts.
describe.skipIf(!inLab)("who may commit", () => {
  let server: LabServer;

  beforeAll(async () => {
    const command = `python3 -c 'import tiny; print(tiny.seconds)' || echo 0.001`;
    server = await LabServer.open({
      name: "attackers",
      benchmarks: ["steady"],
      commands: [{ name: "tiny", build: "sh build.sh", run: command }],
      targetRequirements: ["requirements.txt"],
      alerts: { webhook: true },
    });
    await server.root(`install -d -m 0700 ${dirname(secretFile)}; umask 077; echo ${secret} >${secretFile}`);
    await server.evenkeelOk("run");
  });
  afterAll(() => server?.remove());

  async function sessionOf(revision: string): Promise<Session> {
    const { sessions } = await server.published();
    const found = sessions.find(
      ({ subject, reason }) => subject.kind === "revision" && subject.revision === revision && reason !== "control",
    );
    if (!found) throw new Error(`${revision} has no session`);
    return found;
  }

  async function wheel(path: string, version: string, text: string): Promise<void> {
    const file = join(server.target, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.py`, makeWheel);
    await gitIn(server.target)`python3 ${`${file}.py`} ${file} tiny ${version} ${text}`;
    await rm(`${file}.py`);
  }

  /** Name of the list that the requirements of the next revision are stored under, if that is all that changes: a folder of wheels makes them its own. */
  async function hashOf(requirements: string): Promise<string> {
    const [environment] = (await server.published()).environments;
    await writeFile(join(server.target, "requirements.txt"), requirements);
    const tree = (await gitIn(server.target)`git add -A && git write-tree`).stdout.trim();
    const content = JSON.stringify(["dependencies 2", environment?.id, [["requirements.txt", requirements]], tree]);
    return createHash("sha256").update(content).digest("hex").slice(0, 16);
  }

  const listing = "find /srv/results -name .git -prune -o -print | sort";

  /** Push a change of the results as somebody else who may. */
  async function pushResults(title: string, change: (folder: string) => Promise<unknown>): Promise<void> {
    const folder = await server.otherHost();
    await change(folder);
    await gitIn(folder)`git add -A && git -c user.name=Evil -c user.email=evil@example.org commit --quiet -m ${title}`;
    await server.pushResults(folder);
  }

  async function resultsUrl(): Promise<string> {
    return (await server.root("git -C /srv/results -c safe.directory=* remote get-url origin")).trim();
  }

  async function holdersOfSecret(): Promise<string> {
    return server.root(`grep -rlF ${secret} /srv /var/log /run/evenkeel /home/git /tmp 2>/dev/null || true`);
  }

  describe("to the target", () => {
    const stolen: Record<string, () => Promise<string>> = {
      "that only the deploy key opens": resultsUrl,
      "that lies on the host": async () => "file:///srv/results",
      "that a program of its choice fetches": async () => "ext::sh -c 'cat /srv/results/.git/config >&2'",
    };
    /** Measures a revision for each repository that it asks for, and one without. */
    const asked = once(async () => {
      const [tip = ""] = (await server.remoteRefs()).split(" ");
      const bySubmodule = new Map<string, string>();
      await mkdir(join(server.target, "stolen"));
      for (const [name, url] of Object.entries(stolen)) {
        await writeFile(join(server.target, ".gitmodules"), `[submodule "stolen"]\n\tpath = stolen\n\turl = "${await url()}"\n`);
        await gitIn(server.target)`git update-index --add --cacheinfo 160000,${tip},stolen`;
        bySubmodule.set(name, await server.commit(`a submodule of the results ${name}`));
      }
      await rm(join(server.target, "stolen"), { recursive: true });
      const requirements = `stolen @ git+${await resultsUrl()}\n`;
      const files = { ".gitmodules": undefined, "requirements.txt": requirements };
      const byRequirement = await server.commit("a requirement of the results", { files });
      const without = await server.push("without", { files: { "requirements.txt": undefined } });
      await server.measureAll();
      return { bySubmodule, byRequirement, without };
    });

    test.each(Object.keys(stolen))("gets no repository %s: the submodule fails its revision", async (name) => {
      const { bySubmodule, without } = await asked();
      expect((await sessionOf(bySubmodule.get(name) ?? "")).failure).toMatchObject({ stage: "checkout" });
      expect((await sessionOf(without)).failure).toBeUndefined();
      expect(await server.root("grep -rl 'Written by Evenkeel' /srv/state /srv/target || true")).toBe("");
    });

    test("gets no repository by a requirement that only the deploy key opens", async () => {
      const { byRequirement } = await asked();
      expect((await sessionOf(byRequirement)).failure).toMatchObject({ stage: "dependencies" });
    });

    const poses: Record<string, string> = {
      "a full disk": "echo 'OSError: [Errno 28] No space left on device' >&2; exit 1",
      "a lack of memory": "echo 'cc: fatal error: Killed signal terminated program cc1' >&2; exit 1",
      "a kill from outside": "kill -9 $$",
      "a sandbox that cannot be made": 'echo "bwrap: Can\'t find source path" >&2; exit 1',
    };
    const posed = once(async () => {
      const revisions = new Map<string, string>();
      for (const [name, script] of Object.entries(poses)) {
        const files = { "build.sh": `printf '\\033[2J\\033]0;title\\007'\n${script}\n` };
        revisions.set(name, await server.commit(`poses as ${name}`, { files }));
      }
      await server.pushTarget();
      const runs = [await server.evenkeel("run --no-publish"), await server.evenkeel("run")];
      return { revisions, runs, status: await server.evenkeelOk("status") };
    });

    test.each(Object.keys(poses))("poses as %s, and is the build's failure all the same", async (name) => {
      const { revisions, runs, status } = await posed();
      expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
      const printed = runs.map(({ stdout, stderr }) => stdout + stderr).join("");
      expect(printed).not.toContain("infrastructure error");
      expect(printed + status).not.toMatch(/\u001b|\u0007/);
      const outcome = (await sessionOf(revisions.get(name) ?? "")).benchmarks["steady"]?.compiled;
      expect(outcome).toMatchObject({ status: "failed", stage: "compile" });
      expect(JSON.stringify(outcome)).not.toMatch(/\\u001b|\\u0007/);
      expect(runs.at(-1)?.stdout).toContain("nothing to measure");
    });

    test("brings a wheel of its own for a name and version, and no other revision gets it", async () => {
      const honest = { "build.sh": "true\n", "requirements.txt": requirementsOf("tiny==1.1") };
      await wheel("evil/tiny-1.1-py3-none-any.whl", "1.1", "seconds = 0.0008");
      const files = { "build.sh": "true\n", "requirements.txt": "tiny @ file:///target/evil/tiny-1.1-py3-none-any.whl\n" };
      const evil = await server.push("a direct reference", { files });
      await server.evenkeelOk("run --no-publish");
      await rm(join(server.target, "evil"), { recursive: true });
      await wheel("wheels/tiny-1.1-py3-none-any.whl", "1.1", "seconds = 0.002");
      const good = await server.push("by name and version", { files: honest });
      await server.evenkeelOk("run");
      expect((await sessionOf(evil)).benchmarks["tiny"]?.compiled).toMatchObject({ seconds: 0.0008 });
      expect((await sessionOf(good)).benchmarks["tiny"]?.compiled).toMatchObject({ seconds: 0.002 });
    });

    test("leaves FIFOs, devices, endless files, deep folders and names with line ends: nothing hangs, and all of it goes", async () => {
      const revision = await server.push("traps", { files: { "build.sh": "python3 traps.py\n", "traps.py": traps } });
      expect((await server.evenkeel("run --no-publish")).exitCode).toBe(0);
      const folder = `/srv/state/builds/${revision.slice(0, 12)}-*`;
      expect(await server.root(`find ${folder} -name trap.py -type p`)).not.toBe("");
      await server.root(`rm ${folder}/build.json`);
      await server.push("without traps", { files: { "build.sh": "true\n", "traps.py": undefined } });
      await server.evenkeelOk("run");
      expect((await sessionOf(revision)).benchmarks["steady"]?.compiled).toMatchObject({ status: "ok" });
      expect(await server.list("/srv/state/builds")).not.toContainEqual(expect.stringContaining(revision.slice(0, 12)));
    });

    test("writes a title that moves cursors and links: logs and reports have its words alone", async () => {
      await server.push("title \u001b[31mred www.evil.example @somebody <img src=x> https://evil.example");
      const { stdout } = await server.evenkeel("run");
      expect(stdout).not.toContain("\u001b");
      // Sessions that confirm a change may have followed: the pages of benchmarks show all titles.
      const report = (await server.report("README.md")) + (await server.report("reports/benchmarks/steady.md"));
      expect(report).toContain("evil.example");
      expect(report).not.toMatch(/www\.evil|<img|https:\/\/evil|@somebody/);
    });
  });

  describe("to the results", () => {
    test("a link to a secret is not followed, nothing of the branch is taken over, and an alert says so", async () => {
      const requirements = requirementsOf("tiny==1.1\n# a link");
      const path = `dependencies/${await hashOf(requirements)}.txt`;
      await pushResults("a link", async (folder) => {
        await mkdir(join(folder, "dependencies"), { recursive: true });
        await symlink(secretFile, join(folder, path));
      });
      await server.push("needs the list", { files: { "requirements.txt": requirements } });
      const { stdout, stderr } = await server.evenkeel("run --cron");
      expect(stdout + stderr).toContain("so it is refused");
      expect(stdout + stderr).toContain(`${path} (mode 120000)`);
      expect(stdout + stderr).not.toContain(secret);
      expect(await server.root("find /srv/results -path '*/.git' -prune -o -type l -print")).toBe("");
      expect(await holdersOfSecret()).toBe("");
      const pending = await server.evenkeelOk("notify --json");
      expect(pending).toContain("so it is refused");

      await pushResults("the link is gone", (folder) => rm(join(folder, path)));
      await server.evenkeelOk("run");
      expect((await server.published()).files).toContain(path);
    });

    test.each<[string, (folder: string) => Promise<unknown>]>([
      [
        "a folder of results that is a link",
        async (folder) => {
          await rm(join(folder, "decisions"), { recursive: true, force: true });
          await symlink("/etc/evenkeel", join(folder, "decisions"));
        },
      ],
      ["a link beside the results", (folder) => symlink("/etc/shadow", join(folder, "shadow"))],
      ["a name of two lines", (folder) => writeFile(join(folder, "runs", "two\nlines.json"), "{}")],
      ["a submodule", (folder) => gitIn(folder)`git update-index --add --cacheinfo 160000,${"1".repeat(40)},runs/part && mkdir runs/part`],
    ])("%s is refused", async (_, change) => {
      await pushResults("odd", change);
      const before = await server.root(listing);
      const { stdout, stderr, exitCode } = await server.evenkeel("run");
      expect(exitCode).toBe(1);
      expect(stdout + stderr).toContain("so it is refused");
      expect(await server.root(listing)).toBe(before);
      const folder = await server.otherHost();
      await gitIn(folder)`git reset --quiet --hard HEAD~1`;
      await gitIn(folder)`git -c user.name=E -c user.email=e@example.org commit --quiet --allow-empty -m back`;
      await server.root(
        "git -c safe.directory=* --git-dir=/home/git/results.git update-ref -d refs/heads/main; chown -R git: /home/git/results.git",
      );
      await server.pushResults(folder);
      await server.evenkeelOk("run");
    });

    test("a list of packages that holds something else is not used, and said to be ignored", async () => {
      const requirements = requirementsOf("tiny==1.1\n# a list");
      const path = `dependencies/${await hashOf(requirements)}.txt`;
      await pushResults("a list", (folder) => writeFile(join(folder, path), `-r ${secretFile}\n`));
      const revision = await server.push("needs that list", { files: { "requirements.txt": requirements } });
      const { stdout, stderr } = await server.evenkeel("run");
      expect(stdout + stderr).toContain(`${path}: it is not a list of packages`);
      expect((await sessionOf(revision)).failure).toBeUndefined();
      expect(await holdersOfSecret()).toBe("");
    });

    test("sessions that are damaged, endless or move cursors are reported by name, and nothing else happens", async () => {
      const { files } = await server.published();
      const [session = ""] = files.filter((file) => /^runs\/.*-\d{4}\.json$/.test(file));
      await pushResults("odd sessions", async (folder) => {
        await cp(join(folder, session), join(folder, session.replace(/\d{4}\.json$/, "9999.json")));
        await writeFile(join(folder, session.replace(/\d{4}\.json$/, "9998.json")), `"\u001b[2J`);
        await writeFile(join(folder, session.replace(/\d{4}\.json$/, "9997.json")), Buffer.alloc(70 << 20, " "));
      });
      await server.evenkeelOk("run");
      const status = await server.evenkeelOk("status");
      for (const number of ["9999", "9998", "9997"]) expect(status).toContain(`${number}.json`);
      expect(status).toContain("is larger than 64 MB");
      expect(status).not.toContain("\u001b");
    });

    test("pushes links and takes them away again, over and over: not one is ever on the host", async () => {
      const folder = await server.otherHost();
      const commit = async (title: string): Promise<string> => {
        await gitIn(folder)`git add -A && git -c user.name=E -c user.email=e@example.org commit --quiet --allow-empty -m ${title}`;
        return (await gitIn(folder)`git rev-parse HEAD`).stdout.trim();
      };
      await symlink(secretFile, join(folder, "dependencies", "raced.txt"));
      const bad = await commit("a link");
      await rm(join(folder, "dependencies", "raced.txt"));
      const good = await commit("no link");
      await server.pushResults(folder);
      const gitServer = "git -c safe.directory=* --git-dir=/home/git/results.git update-ref refs/heads/main";
      await writeFile(
        server.path("/root/swap"),
        `while :; do
          ${gitServer} ${bad} ${good}
          ${gitServer} ${good} ${bad}
          test -L /srv/results/dependencies/raced.txt && touch /tmp/hostile-link
        done`,
      );
      const swapping = await server.startShell("sh /root/swap");
      for (let round = 0; round < 8; round++) await server.evenkeel("run");
      await server.root(`kill ${swapping}; ${gitServer} ${good} || true; chown -R git: /home/git/results.git`);
      expect(await server.list("/tmp/hostile-link")).toEqual([]);
      expect(await server.root("find /srv/results -path '*/.git' -prune -o -type l -print")).toBe("");
      expect(await holdersOfSecret()).toBe("");
    });
  });
});

/** Returns a function that makes a value at its first call. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
