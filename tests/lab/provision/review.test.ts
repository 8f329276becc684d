import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { removeHost, sshOk, upHost } from "../../../lab/host.ts";
import { placeQuickNode } from "../../../lab/recipes.ts";
import { within } from "../../../lab/within.ts";
import { inLab } from "../in-lab.ts";
import { entryOf, expectLines, keyBody, ProvisionedHost, type Changes } from "./fixture.ts";

const key = "/home/benchmark/.ssh/id_ed25519";
/** All that a review must not touch. */
const watched = "/etc /opt /srv /home /root /var/lib/dpkg /var/lib/apt /var/cache/apt";
/** Names, modes, owners, times and contents; sockets and the like aside. */
const listing = `find ${watched} -xdev \\( -type f -o -type d -o -type l \\) -printf '%p %y %m %U %G %s %T@ %l\\n' | sort; find ${watched} -xdev -type f -print0 | sort -z | xargs -0 sha256sum`;

const packages = ["tcc", "libc6-dev", "hello"];
const usual: Changes = { packages };

const reviewSchema = z.object({
  changes: z.boolean(),
  hosts: z.array(
    z.object({
      host: z.string(),
      state: z.string(),
      verdict: z.string(),
      impact: z.object({ next: z.string(), because: z.array(z.string()) }).optional(),
    }),
  ),
});

// One server's review, chapter by chapter: bare, as declared, changed, drifted, stale, applied; then what cannot be looked at.
describe.skipIf(!inLab)("a review", () => {
  let server: ProvisionedHost;

  beforeAll(async () => {
    server = await ProvisionedHost.make({ name: "review", release: "trixie", user: "root", python: "3.13" });
    await server.configure(usual);
  });

  afterAll(async () => {
    await server.remove();
    await removeHost("review-shut");
  });

  test("of a bare host says that all is new, with what was decided and the package versions, and writes nothing", async () => {
    const before = await server.onHost(listing);
    const plan = await server.tool("plan");
    expect(plan.exitCode).toBe(3);
    expectLines(plan, [
      /^review: a new host: everything is applied; \d+ settings$/,
      /^2 Configuration$/,
      /python\.version +not set -> 3\.13$/,
      /\d+ more settings keep their defaults \(--verbose shows them\)$/,
      /the host runs Debian GNU\/Linux 13 \(trixie\); every resource is applied$/,
      /package tcc +not installed -> \d+\.\d+/,
      /\d+ more packages are required \(--verbose shows them\)$/,
      /^6 Apply this plan$/,
      /npm run apply -- .*config\.yaml --stack review$/,
    ]);
    expect(plan.output.split("\n").length).toBeLessThan(70);
    expectLines(await server.tool("plan", ["--verbose"]), [
      /measure\.memoryGigabytes +not set -> 4$/,
      /package nodejs +not installed -> \d+\.\d+/,
    ]);
    expect(await server.onHost(listing)).toBe(before);
  });

  test("of a bare host that cannot become what is declared says why, saves no plan, and up refuses before anything is changed", async () => {
    const before = await server.onHost(listing);
    await server.configure({
      packages: ["hello"],
      python: { version: "3.12" },
      measure: { compiler: "clang" },
      target: { branch: "master", since: "v99.0" },
    });
    const obstacles = [
      /target\.branch: ssh:.*target\.git has no branch master: use one of its branches: main$/,
      /target\.since: ssh:.*target\.git has no revision v99\.0: write a commit, tag or branch of that repository, such as v1$/,
      /python\.version is 3\.12, this distribution has 3\.13\.\d+: write python\.build: /,
      /measure\.compiler: clang is not on the host, .*: add clang to `packages:`/,
    ];
    const plan = await server.tool("plan");
    expect(plan.exitCode).toBe(1);
    expectLines(plan, [
      /^review: up would fail: 4 obstacles; a new host/,
      /no plan was saved: fix what each "up would fail" names/,
      ...obstacles,
    ]);
    expect((await server.tool("apply")).output).toMatch(/^error: stack review has no saved plan$/m);
    const up = await server.tool("up", ["--yes", "--skip-preview"]);
    expect(up.exitCode).toBe(1);
    expectLines(up, [/up would fail, and nothing was changed:/, ...obstacles]);
    expect(await server.onHost(listing)).toBe(before);
    await server.configure(usual);
  });

  test("of a host whose key is not accepted, or may not write, is an obstacle with the page to add it to", async () => {
    const first = await server.tool("up", ["--yes", "--skip-preview"]);
    expect(first.exitCode).toBe(1);
    const ending = first.output.slice(first.output.lastIndexOf("\nThe deploy key is not accepted yet.\n")).trim().split("\n");
    expect(ending.length).toBeLessThan(25);
    expect(ending).toContain((await server.onHost(`cat ${key}.pub`)).trim());
    expect(ending).toContainEqual(expect.stringMatching(/^ {4}ssh:.*results\.git \(allow write access\)$/));
    expect(ending.at(-1)).toMatch(/^Then run: npm run up -- \/.*config\.yaml --stack review$/);
    const closed = await server.tool("plan");
    expect(closed.exitCode).toBe(1);
    expectLines(closed, [
      /the deploy key does not open ssh:.*results\.git: .*: add it as a deploy key with write access at ssh:.*: ssh-ed25519 /,
    ]);
    await server.authorize();
    await server.makeReadOnly(true);
    const readOnly =
      /the deploy key can read but not write ssh:.*results\.git: .*marked as read only.*: add it as a deploy key with write access/;
    const plan = await server.tool("plan");
    expect(plan.exitCode).toBe(1);
    expectLines(plan, [readOnly]);
    expectLines(await server.tool("up", ["--yes", "--skip-preview"]), [readOnly]);
    await server.makeReadOnly(false);
    const up = await server.tool("up", ["--yes", "--skip-preview"]);
    expect(up.exitCode).toBe(0);
    expectLines(up, [/^Everything declared is applied\./, /^ {2}review: ssh .*root@.* evenkeel status$/]);
  });

  test("of a host that is as declared says so, with exit code 0", async () => {
    await server.succeeds("up");
    await placeQuickNode(server.host);
    const plan = await server.tool("plan");
    expect(plan.exitCode).toBe(0);
    expectLines(plan, [
      /^review: nothing to do: the host is as declared$/,
      /none: the host matches the last applied configuration$/,
      /environment [0-9a-f]{16} stays: the timeline continues without a transition$/,
    ]);
    expect(plan.output).not.toContain("6 Apply this plan");
  });

  test("is not content where the clone lacks what is to be measured: doctor says so, status does not fail", async () => {
    await server.onHost("runuser -u benchmark -- git -C /srv/target tag --delete v1");
    const doctor = await server.tryOnHost("/opt/evenkeel/next/evenkeel doctor");
    expect(doctor.exitCode).toBe(1);
    expect(doctor.stdout).toMatch(/^target\.since: there is no revision v1 in \/srv\/target: give a commit id/m);
    expect(await server.onHost("/opt/evenkeel/next/evenkeel status")).toMatch(
      /^queue +nothing can be measured: target\.since: there is no revision v1/m,
    );
    await server.onHost("runuser -u benchmark -- git -C /srv/target fetch --quiet --tags");
    expect(await server.onHost("/opt/evenkeel/next/evenkeel doctor")).toBe("this host matches its declaration\n");
  });

  test("shows ten kinds of change value by value, what they do to the host, and writes nothing there", async () => {
    await server.onHost("/opt/evenkeel/next/evenkeel run");
    await server.configure(changed);
    const before = await server.onHost(listing);
    const plan = await server.tool("plan", ["--out", "/tmp/evenkeel-review.md"]);
    expect(await server.onHost(listing)).toBe(before);
    expect(plan.exitCode).toBe(3);
    const values = [
      String.raw`packages +tcc, libc6-dev, hello -> tcc, libc6-dev, hello, gcc`,
      String.raw`git\.email +lab@evenkeel\.invalid -> other@evenkeel\.invalid`,
      String.raw`python\.requirements +six==1\.17\.0 -> six==1\.16\.0`,
      String.raw`suite\.benchmarks\[read\]\.run +cat seconds -> cat ./seconds`,
      String.raw`schedule\.enabled +true -> false`,
      String.raw`schedule\.why +not set -> moving house`,
      String.raw`schedule\.cron +0 0 29 2 \* -> 0 5 29 2 \*`,
      String.raw`upgrade\.waitMinutes +60 -> 30`,
      String.raw`measure\.samples +5 -> 7`,
      String.raw`measure\.compiler +tcc -> gcc`,
    ];
    expectLines(
      plan,
      values.map((value) => new RegExp(`^  ${value}$`)),
    );
    expectLines(plan, [
      /^review: .*10 changes; another environment; .*of bridging; schedule paused about \d+ (s|min)$/,
      /packages +package gcc +not installed -> [\d.:]+/,
      /\d+ more packages are required \(--verbose shows them\)$/,
      /\d+ packages held: they stay at their versions$/,
      /venv +venv package six +1\.17\.0 -> 1\.16\.0$/,
      /^ +-    "samples": 5,$/,
      /^ +\+    "samples": 7,$/,
      /github +git user\.email +lab@evenkeel\.invalid -> other@evenkeel\.invalid$/,
      /^ +-0 0 29 2 \* root .*evenkeel run --cron/,
      /^ +\+# schedule\.enabled is false \(moving house\): nothing is measured$/,
      /environment +[0-9a-f]{16} -> /,
      /because of compiler: .* -> gcc/,
      /pre-upgrade run missing: run `evenkeel pre-upgrade` on the host/,
      /baselines: 1 benchmark in \d+ sessions$/,
      /bridges: 1 benchmark in \d+ sessions? at least/,
      /disk: [\d.]+ [GM]B needed below \/, [\d.]+ GB free$/,
    ]);
    const markdown = await readFile("/tmp/evenkeel-review.md", "utf8");
    expect(markdown).toMatch(/^# Review of an upgrade\n\n- \*\*review\*\*: 10 changes; another environment/);
    expect(markdown).toContain("| measure.samples | 5 | 7 |");
    expect(markdown).toContain("```diff");
    expect(markdown).toMatch(/^\| packages: package cpp-\d+ \| not installed \| \S+ \|$/m);
  });

  test("is for machines too", async () => {
    const plan = await server.tool("plan", ["--json"]);
    expect(plan.exitCode).toBe(3);
    const review = reviewSchema.parse(JSON.parse(plan.output));
    expect(review).toMatchObject({ changes: true, hosts: [{ host: "review", state: "seen", impact: { next: "another" } }] });
  });

  test("without the hosts compares the configurations alone, and says so", async () => {
    const plan = await server.tool("plan", ["--offline"]);
    expect(plan.exitCode).toBe(3);
    expectLines(plan, [
      /^review: 10 changes; not checked$/,
      /measure\.samples +5 -> 7$/,
      /not checked: only the configuration was compared$/,
    ]);
    await server.configure(usual);
    expect((await server.tool("plan", ["--offline"])).exitCode).toBe(0);
  });

  test("that has another version of Python built says where from, with which flags, and that the timeline switches", async () => {
    const build = { url: "https://www.python.org/ftp/python/3.14.0/Python-3.14.0.tar.xz", sha256: "0".repeat(64) };
    await server.configure({ ...usual, python: { version: "3.14", build } });
    const plan = await server.tool("plan");
    await server.configure(usual);
    expect(plan.exitCode).toBe(3);
    expectLines(plan, [
      /another environment; .*; schedule paused about \d+ min$/,
      /python +Python +3\.13\.\d+ -> 3\.14, built on the host from https:\/\/www\.python\.org\/.* \(SHA-256 0{12}…\)$/,
      /python +Python build flags +.* -> --enable-optimizations --with-lto$/,
      /because of Python: 3\.13\.\d+ -> 3\.14, built/,
      /environment +[0-9a-f]{16} -> another one, whose id is not known yet$/,
      /the built Python: its exact version and the environment id/,
      /disk: [23](\.\d)? GB needed/,
    ]);
  });

  test("foretells what up would fail at, with exit code 1", async () => {
    await server.configure({ packages: [...packages, "no-such-package"] });
    const plan = await server.tool("plan");
    await server.configure(usual);
    expect(plan.exitCode).toBe(1);
    expectLines(plan, [
      /^review: up would fail: 1 obstacle; 1 change/,
      /up would fail: package no-such-package: the archive has no such package/,
    ]);
  });

  test("shows ten kinds of drift value by value, never a secret, and writes nothing on the host", async () => {
    await server.onHost(drifting);
    await server.authorize();
    const secrets = keyBody(await server.onHost(`cat ${key}`));
    const before = await server.onHost(listing);
    const plan = await server.tool("plan");
    expect(await server.onHost(listing)).toBe(before);
    expect(plan.exitCode).toBe(3);
    expectLines(plan, [
      /^review: 1[0-9] drifted values; schedule paused/,
      /files +\/etc\/evenkeel\/config\.json measure\.samples +7 -> 5$/,
      /files +\/etc\/logrotate\.d\/evenkeel mode +0600 -> 0644$/,
      /directories +\/srv\/state\/builds owner +uid 1000 -> root \(uid 0\)$/,
      /packages +package hello +not installed -> [\d.]+-\d/,
      /packages +package tcc +[^ ]+, not held -> [^ ]+, held$/,
      /packages +unit apt-daily\.timer +loaded, active -> masked, inactive$/,
      /github +git user\.email +other@evenkeel\.invalid -> lab@evenkeel\.invalid$/,
      /github +deploy key +SHA256:[^ ]+ -> SHA256:[^ ]+/,
      /account +account benchmark shell +\/bin\/sh -> \/bin\/bash$/,
      /venv +venv package six +1\.16\.0 -> 1\.17\.0$/,
      /clones +\/srv\/target edited files +source -> none \(commit/,
      /schedule +\/etc\/cron\.d\/second +.*evenkeel run -> no second schedule$/,
    ]);
    for (const file of [...(await server.writtenFiles()).values(), plan.output])
      for (const line of secrets) expect(file).not.toContain(line);
  });

  test("made a plan that is applied as it is, or not at all: what changed since is said, and nothing is touched", async () => {
    await server.authorize();
    expect((await server.tool("plan")).exitCode).toBe(3);
    const before = await server.onHost(listing);

    await server.configure({ ...usual, measure: { samples: 9 } });
    const reconfigured = await server.tool("apply");
    expect(reconfigured.exitCode).toBe(1);
    expectLines(reconfigured, [
      /^error: the plan was not applied, and nothing was changed; changes since it was saved:$/,
      /^ {2}the configuration changed: measure\.samples was 5, is 9$/,
      /^hint: plan again: npm run plan -- /,
    ]);
    await server.configure(usual);
    expect(await server.onHost(listing)).toBe(before);

    await server.onHost("chmod 700 /srv/log");
    const touched = await server.onHost(listing);
    const drifted = await server.tool("apply");
    expect(drifted.exitCode).toBe(1);
    expectLines(drifted, [/^ {2}host review changed: \/srv\/log mode is now 0700$/]);
    expect(drifted.output).not.toMatch(/violates|urn:pulumi/);
    expect(await server.onHost(listing)).toBe(touched);
  });

  test("made a plan that is interrupted: the next up completes it", async () => {
    await server.onHost("chmod 755 /srv/log");
    expect((await server.tool("plan")).exitCode).toBe(3);
    const apply = await server.startTool("apply");
    expect(await within(120, async () => /review-(packages|declaration) updat/.test(apply.output()))).toBe(true);
    apply.interrupt();
    expect((await apply.done).exitCode).not.toBe(0);
    await server.succeeds("up");
    expect(await server.onHost("/opt/evenkeel/next/evenkeel doctor")).toBe("this host matches its declaration\n");
  });

  test("made a plan that is applied to the end: then there is nothing to do, the facts are recorded, and the plan is gone", async () => {
    await server.configure({ ...usual, requirements: ["six==1.16.0"] });
    expect((await server.tool("plan")).exitCode).toBe(3);
    expect((await server.tool("apply")).exitCode).toBe(0);
    expect((await server.tool("plan")).exitCode).toBe(0);
    const facts = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(join(server.folder, "facts/review.json"), "utf8")));
    expect(facts).toMatchObject({
      host: "review",
      activation: { environment: expect.stringMatching(/^[0-9a-f]{16}$/), "python.version": expect.stringMatching(/^3\.13/) },
      packages: { tcc: expect.any(String) },
      venv: { six: "1.16.0" },
    });
    expect((await server.tool("apply")).exitCode).toBe(0);
    expectLines(await server.tool("apply"), [/^error: stack review has no saved plan$/, /^hint: save one: npm run plan -- /]);
  });

  test("of several hosts has a part of each; one that is dead is left out on request, and nothing of it is deleted", async () => {
    const other = await upHost({ name: "review-other", fresh: true });
    try {
      await server.configure({ ...usual, others: [entryOf(other, "root")] });
      const both = await server.tool("plan");
      expect(both.exitCode).toBe(3);
      expectLines(both, [/^review: 1 change/, /^review-other: a new host: everything is applied/]);

      await removeHost("review");
      const dead = await server.tool("plan");
      expect(dead.exitCode).toBe(1);
      expectLines(dead, [/^error: host review \(root@.*\) cannot be reached: /, /EVENKEEL_SKIP=review/]);

      const skipping = await server.tool("plan", [], { EVENKEEL_SKIP: "review" });
      expect(skipping.exitCode).toBe(3);
      expectLines(skipping, [/^review: skipped: neither checked nor changed$/, /^review-other: a new host/]);
      const up = await server.tool("up", ["--yes", "--skip-preview"], { EVENKEEL_SKIP: "review" });
      // It ends at the key of the new host, as every first up does.
      expectLines(up, [/skipped: neither checked nor changed$/, /the deploy key does not open/]);
      expect(up.output).not.toMatch(/review-\S+ (updat|delet)/);
      await server.configure(usual);
    } finally {
      await removeHost("review-other");
    }
  });

  test.each<[string, Changes["host"], RegExp, RegExp]>([
    ["a port where nothing listens", { port: 1 }, /cannot be reached: .*Connection refused/, /check address and port/],
    [
      "another host key",
      { hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
      /shows another host key than the pinned one/,
      /write its new key as hostKey:/,
    ],
    ["a login without a key", { user: "stranger" }, /rejects the login of stranger/, /load a key that stranger/],
    ["a login without sudo", { user: "plain" }, /does not let plain become root/, /give plain passwordless sudo/],
  ])("of a host behind %s is a sentence and a hint", async (_case, host, sentence, hint) => {
    const shut = await upHost({ name: "review-shut" });
    await sshOk(shut, "useradd --create-home plain; useradd stranger; cp -r /root/.ssh /home/plain/ && chown -R plain /home/plain; true");
    await server.configure({ ...usual, host: { ...entryOf(shut, "root"), name: "review", ...host } });
    const plan = await server.tool("plan");
    expect(plan.exitCode).toBe(1);
    expectLines(plan, [sentence, hint]);
  });
});

/** Ten settings besides the usual ones. */
const changed: Changes = {
  packages: [...packages, "gcc"],
  git: { email: "other@evenkeel.invalid" },
  requirements: ["six==1.16.0"],
  benchmark: { run: "cat ./seconds" },
  schedule: { enabled: false, why: "moving house", cron: "0 5 29 2 *" },
  upgrade: { waitMinutes: 30 },
  measure: { samples: 7, compiler: "gcc" },
};

const drifting = `set -e
  sed -i 's/"samples": 5/"samples": 7/' /etc/evenkeel/config.json
  chmod 600 /etc/logrotate.d/evenkeel
  chown 1000 /srv/state/builds
  apt-mark unhold -qq hello tcc && dpkg --remove hello >/dev/null 2>&1
  systemctl unmask apt-daily.timer 2>&1 && systemctl start apt-daily.timer
  runuser -u benchmark -- git config --global user.email other@evenkeel.invalid
  rm -f ${key} && ssh-keygen -q -t ed25519 -N '' -f ${key} && chown benchmark ${key}
  usermod --shell /bin/sh benchmark
  /srv/venv/bin/python -m pip install --quiet --root-user-action=ignore six==1.16.0
  echo edited >>/srv/target/source
  echo '0 5 29 2 * root /opt/evenkeel/current/evenkeel run' >/etc/cron.d/second`;
