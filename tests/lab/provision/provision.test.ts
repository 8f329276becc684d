import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { placeQuickNode, removeQuickNode } from "../../../lab/recipes.ts";
import { authorizeKey } from "../../../lab/remote.ts";
import { inLab } from "../in-lab.ts";
import { expectLines, keyBody, loginKeyBody, ProvisionedHost, type Changes } from "./fixture.ts";

const name = "provision";
const evenkeel = "/opt/evenkeel/next/evenkeel";
const clean = "this host matches its declaration\n";
const resources = 20;
const key = "/home/benchmark/.ssh/id_ed25519";
/** `awk` is a virtual package that mawk provides; `hello` is there to be changed. */
const packages = ["tcc", "libc6-dev", "awk", "hello"];
/** An apt that plans what it then cannot do. */
const failingApt = `#!/bin/sh
case "$*" in
  *--simulate*) ;;
  *install*) echo "E: the archive is on fire"; exit 100 ;;
esac
exec /usr/bin/apt-get "$@"
`;
/** 1.17 is 1.17.0 to pip. */
const usual: Changes = { packages, requirements: ["six==1.17"] };

// One server from bare to destroyed: the tests are the chapters of its life, each leaves it as declared.
describe.skipIf(!inLab)("a benchmark server", () => {
  let server: ProvisionedHost;
  const deployKeys: string[] = [];

  beforeAll(async () => {
    server = await ProvisionedHost.make({ name, release: "trixie", user: "root", python: "3.13" });
    await server.configure(usual);
    await server.onHost("apt-get update -qq");
  });

  afterAll(async () => {
    await server.remove();
  });

  test("bare: the preview shows what was decided and counts the rest; --verbose shows all values; nothing is written on the host", async () => {
    await server.onHost("touch /run/before");
    const short = await server.tool("preview", ["--non-interactive", "--color", "never"]);
    expect(short.exitCode).toBe(0);
    expectLines(short, [
      /will install: awk \(version known after apt-get update\)/,
      /will install: \d+ more packages that Evenkeel or other packages need$/,
      /will be: target\.repository = ssh:\/\/git@.*\/target.git$/,
      /\d+ settings keep their defaults; --verbose shows them/,
    ]);
    expect(short.output).not.toMatch(/will create: |nodejs/);
    expect(short.output.split("\n").length).toBeLessThan(100);
    const preview = await server.tool("preview", ["--verbose", "--non-interactive", "--color", "never"]);
    expect(preview.exitCode).toBe(0);
    expectLines(preview, [
      /bare host \(Debian GNU\/Linux 13 \(trixie\)\), never applied/,
      /will install: nodejs \(\d+\.[^ ]+ /,
      /will install: awk \(version known after apt-get update\)/,
      /will create: bundle: sha256 = [0-9a-f]{64}$/,
      /will create: packages: install = awk, .*\bhello\b.*\btcc\b/,
      /will create: packages: automaticUpdates = false/,
      /will create: account: name = benchmark/,
      /will create: github: identity.email = lab@evenkeel.invalid/,
      /will create: directories: directories\[0\]\.path = \/srv$/,
      /will create: clones: clones\[0\]\.url = ssh:\/\/git@.*\/target.git/,
      /will create: python: version = 3.13/,
      /will create: venv: requirements = six==1.17$/,
      /will create: files: files\[0\]\.content.json.measure.samples = 5/,
      /will create: activation: compiler = tcc/,
      /will create: schedule: cron = 0 0 29 2 \*/,
    ]);
    expect(preview.output).toContain(`+ ${resources} to create`);
    expect(await changedSince("/run/before")).toBe("");
  });

  test("its first up stops at github with the key to add, leaves the host unmeasured, and the next one goes on from there", async () => {
    const first = await server.pulumi("up");
    expect(first.exitCode).not.toBe(0);
    const publicKey = (await server.onHost(`cat ${key}.pub`)).trim();
    await rememberKey();
    expectLines(first, [/provision-github/, /error: github: the deploy key does not open/, /ssh:\/\/.*results\.git: .*Permission denied/]);
    expect(first.output).toContain(publicKey);
    expect(first.output).toContain("run `npm run up` again");
    expect(first.output).not.toMatch(/^\s+at /m);

    expect((await server.tryOnHost(`${evenkeel} doctor`)).exitCode).toBe(1);
    expect(await doctor()).toMatch(/^declared, not yet applied: .*\bgithub\b.*\bschedule\b.*; run `npm run up`$/m);
    expect((await server.tryOnHost(`${evenkeel} run`)).exitCode).toBe(1);

    await server.authorize();
    const second = await server.succeeds("up");
    expect(second.output).not.toMatch(/provision-(packages|account|bundle|node) (creat|updat)/);
    expect(await doctor()).toBe(clean);
  });

  test("up twice: the second changes nothing, and the preview expects nothing", async () => {
    const again = await server.succeeds("up");
    expect(again.output).toContain(`${resources} unchanged`);
    expect(again.output).not.toMatch(/\b(created|updated|replaced|deleted)\b/);
    await expectNothingToDo();
    await placeQuickNode(server.host);
  });

  test("drift of files, packages, account, venv, clones and cron is shown in words and repaired", async () => {
    const cronjob = "0 3 * * * /root/mypyc-benchmark-results/scripts/cronjob.sh >>/var/log/benchmarks 2>&1";
    const harmless = "5 5 * * * /usr/bin/true";
    const second = "0 5 29 2 * root /opt/evenkeel/current/evenkeel run";
    await server.onHost(`set -e
      sed -i 's/"samples": 5/"samples": 7/' /etc/evenkeel/config.json
      chown admin /etc/logrotate.d/evenkeel && chmod 0600 /etc/logrotate.d/evenkeel
      chown admin /srv/state/builds && chmod 0777 /srv/state/builds
      apt-get remove -y -qq --allow-change-held-packages logrotate 2>&1
      mkdir -p /tmp/old/DEBIAN && printf 'Package: hello\\nVersion: 0.1\\nArchitecture: all\\nMaintainer: Lab <lab@evenkeel.invalid>\\nDescription: old\\n' >/tmp/old/DEBIAN/control
      dpkg-deb --build /tmp/old /tmp/old.deb && dpkg --force-hold --force-downgrade -i /tmp/old.deb 2>&1
      apt-mark unhold tcc
      runuser -u benchmark -- git config --global user.email other@evenkeel.invalid
      usermod --shell /bin/sh benchmark
      /srv/venv/bin/python -m pip install --quiet --root-user-action=ignore six==1.16.0 iniconfig==2.0.0
      systemctl unmask apt-daily.timer 2>&1 && systemctl start apt-daily.timer
      echo edited >>/srv/target/source
      runuser -u benchmark -- git -C /srv/target fetch --quiet --depth=1 origin
      echo '${second}' >/etc/cron.d/second
      printf '%s\\n' '${cronjob}' '${harmless}' '0 4 * * * cd /srv && evenkeel run' | crontab -
      sed -i 's/^0 0 29 2/7 7 29 2/' /etc/cron.d/evenkeel`);
    const drift = [
      /drift: files: \/etc\/evenkeel\/config.json measure.samples: is 7, declared 5$/,
      /drift: files: \/etc\/logrotate.d\/evenkeel mode: is 0600, declared 0644$/,
      /drift: files: \/etc\/logrotate.d\/evenkeel owner: is uid 1000, declared root \(uid 0\)$/,
      /drift: directories: \/srv\/state\/builds mode: is 0777, declared 0755$/,
      /drift: directories: \/srv\/state\/builds owner: is uid 1000, declared root \(uid 0\)$/,
      /drift: packages: package logrotate: is not installed, declared [\d.]+-\d/,
      /drift: packages: package hello: is 0\.1, declared [\d.]+-\d/,
      /drift: packages: package tcc: is ([^ ]+), not held, declared \1, held$/,
      /drift: packages: unit apt-daily.timer: is loaded, active, declared masked, inactive$/,
      /drift: github: git user.email: is other@evenkeel.invalid, declared lab@evenkeel.invalid$/,
      /drift: account: account benchmark shell: is \/bin\/sh, declared \/bin\/bash$/,
      /drift: venv: venv package six: is 1\.16\.0, declared 1\.17\.0$/,
      /drift: venv: venv package iniconfig: is 2\.0\.0, declared not installed$/,
      /drift: clones: \/srv\/target history: is shallow, declared complete \(`up` fetches what is missing\)$/,
      /drift: clones: \/srv\/target edited files: is source, declared none \(commit the change upstream/,
      /drift: schedule: \/etc\/cron.d\/second: is 0 5 29 2 .*evenkeel run, declared no second schedule$/,
      /drift: schedule: root's crontab: is 0 3 .*scripts\/cronjob.sh .*, declared no second schedule$/,
      /drift: schedule: root's crontab: is 0 4 .*evenkeel run, declared no second schedule$/,
      /drift: schedule: \/etc\/cron.d\/evenkeel: is 7 7 29 2 .*, declared 0 0 29 2 /,
    ];
    const preview = await server.pulumi("preview");
    expectLines(preview, drift);
    expect(preview.output.split("Diagnostics:")[1]?.match(/drift:/g)).toHaveLength(drift.length);

    await server.succeeds("up");
    await expectNothingToDo();
    expect(await doctor()).toBe(clean);
    expect(await server.onHost("crontab -l")).toMatch(
      new RegExp(`^# replaced by /etc/cron.d/evenkeel: ${literally(cronjob)}\n${literally(harmless)}\n# `),
    );
    expect(await server.onHost("ls /etc/cron.d")).toContain("second.disabled");
    expect(await server.onHost("cat /srv/state/edited-target-*.patch")).toMatch(/\+edited/);
    expect(await server.onHost("cat /srv/target/source")).toBe("first\n");
    expect(await server.onHost("hello")).toContain("Hello");
  });

  test("drift of key, records, symlinks and bundle is shown in words and repaired, also when it comes again", async () => {
    for (let round = 1; round <= 2; round++) {
      const old = await fingerprint();
      await server.onHost(`set -e
        rm -f ${key} && ssh-keygen -q -t ed25519 -N '' -f ${key} && chown benchmark ${key}
        rm /opt/evenkeel/markers/python.json
        sed -i 's/"venv": "[0-9a-f]*"/"venv": "0000000000000000"/' /opt/evenkeel/declaration.json
        ln -sfn /tmp /srv/venv && ln -sfn /opt/evenkeel/bundles/none /opt/evenkeel/current
        rm -rf /opt/evenkeel/bundles /root/.cache/evenkeel`);
      await rememberKey();
      await authorizeKey(server.host, await server.onHost(`cat ${key}.pub`));
      const preview = await server.pulumi("preview");
      expectLines(preview, [
        new RegExp(`drift: github: deploy key: is ${literally(await fingerprint())}, declared ${literally(old)} `),
        /will apply: python: no difference, but its marker is missing$/,
        /will change: declaration: venv: is 0000000000000000, declared [0-9a-f]{16}$/,
        /drift: activation: \/srv\/venv: is \/tmp, declared \/opt\/evenkeel\/active\/venv$/,
        /drift: activation: \/opt\/evenkeel\/current: is \/opt\/evenkeel\/bundles\/none, declared \/opt\/evenkeel\/active\/bundle$/,
        /drift: bundle: \/opt\/evenkeel\/bundles\/[0-9a-f]{12}\/evenkeel: is missing, declared sha256 [0-9a-f]{12}$/,
      ]);
      await server.succeeds("up");
      await expectNothingToDo();
      expect(await doctor()).toBe(clean);
    }
  });

  test("a package that cannot be installed: up says so and the host is not measured; taken back, it is measured again", async () => {
    await server.onHost("cat >/usr/local/sbin/apt-get && chmod 755 /usr/local/sbin/apt-get", failingApt);
    await server.configure({ ...usual, packages: [...packages, "bc"] });
    for (let attempt = 1; attempt <= 2; attempt++) {
      const up = await server.pulumi("up");
      expect(up.exitCode).not.toBe(0);
      expectLines(up, [
        /provision-packages/,
        /error: packages: apt-get install .*bc.* ended with exit code 100/,
        /E: the archive is on fire/,
        /hint: .*run `npm run up` again/,
      ]);
      expect(up.output).not.toMatch(/^\s+at /m);
    }
    await server.onHost("rm /usr/local/sbin/apt-get");
    expect(await doctor()).toMatch(/^declared, not yet applied: files, packages; run `npm run up`$/m);
    const refused = await server.tryOnHost(`${evenkeel} run`);
    expect(refused.exitCode).toBe(1);
    expect(`${refused.stdout}${refused.stderr}`.trim().split("\n")).toEqual([
      expect.stringMatching(/ not measuring: declared, not yet applied: files, packages; run `npm run up`$/),
    ]);

    await server.configure(usual);
    await server.succeeds("up");
    expect(await doctor()).toBe(clean);
    expect(await server.onHost(`${evenkeel} run`)).toMatch(/published \d+ files?/);
    expect(await doctor()).toBe(clean);
    await expectNothingToDo();
  });

  test("what can be seen to fail is told with what to do before anything is changed, and the host is measured as before", async () => {
    const cases: [Changes, RegExp[]][] = [
      [
        { packages: [...packages, "no-such-package"], target: { since: "v99.0" } },
        [
          /package no-such-package: the archive has no such package: correct its name/,
          /target\.since: ssh:.*target\.git has no revision v99\.0: write .*, such as v1$/,
        ],
      ],
      [{ packages: [...packages, "mail-transport-agent"] }, [/E: Package 'mail-transport-agent' has no installation candidate/]],
      [
        { measure: { compiler: "no-such-cc" }, target: { branch: "master" } },
        [
          /measure\.compiler: no-such-cc is not on the host.*: add its package to `packages:`/,
          /target\.branch: ssh:.*target\.git has no branch master: use one of its branches: main$/,
        ],
      ],
    ];
    for (const [changes, obstacles] of cases) {
      await server.configure({ ...usual, ...changes });
      const up = await server.pulumi("up");
      expect(up.exitCode).not.toBe(0);
      expectLines(up, [
        /up would fail, and nothing was changed:/,
        ...obstacles,
        /hint: fix what each line names, then run the command again/,
      ]);
      expect(up.output).not.toMatch(/provision-\S+ (creat|updat)|^\s+at /m);
    }
    expect(await doctor()).toBe(clean);
    await server.configure(usual);
    await expectNothingToDo();
  });

  test("re-imaged: what the state believes does not count, everything is applied again, each time", async () => {
    await removeQuickNode(server.host);
    for (const extra of ["true", "apt-get purge -y -qq --allow-change-held-packages nodejs 2>&1"]) {
      await server.onHost(`rm -rf /opt/evenkeel /etc/evenkeel /srv /etc/cron.d/evenkeel; ${extra}`);
      await server.succeeds("up");
      expect(await doctor()).toBe(clean);
      await expectNothingToDo();
    }
  });

  test("Node removed by hand is shown and comes back", async () => {
    await server.onHost("apt-get remove -y -qq --allow-change-held-packages nodejs 2>&1");
    expectLines(await server.pulumi("preview"), [/drift: node: is missing or broken, declared installed/]);
    await server.succeeds("up");
    expect(await doctor()).toBe(clean);
    await expectNothingToDo();
    await placeQuickNode(server.host);
  });

  test("an existing deploy key is asked for by its fingerprint, and goes to the host past Pulumi", async () => {
    const file = join(server.folder, "..", `${name}-deploy-key`);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
    try {
      const declared = execFileSync("ssh-keygen", ["-lf", file], { encoding: "utf8" }).split(" ")[1] ?? "";
      deployKeys.push(...keyBody(readFileSync(file, "utf8")));
      const changes: Changes = { ...usual, git: { keyFingerprint: declared } };
      await server.configure(changes);
      expectLines(await server.pulumi("up"), [
        new RegExp(`deploy key: SHA256:.* on the host, ${escaped(declared)} declared`),
        /npm run key -- put/,
      ]);
      expect(await server.putKey("no key at all")).toContain("error: standard input has no private key");
      expect(await server.putKey(readFileSync(file, "utf8"))).toContain(declared);
      await authorizeKey(server.host, readFileSync(`${file}.pub`, "utf8"));
      await server.succeeds("up");
      expect(await fingerprint()).toBe(declared);
      await server.configure(usual);
      await server.succeeds("up");
      await expectNothingToDo();
    } finally {
      for (const left of [file, `${file}.pub`]) rmSync(left, { force: true });
    }
  });

  test("a private key is nowhere: not in state, plan, diff, outputs nor logs", async () => {
    await server.configure({ ...usual, schedule: { enabled: false } });
    await rememberKey();
    await server.succeeds("preview", "--diff", "--save-plan", join(server.folder, "plan.json"));
    await server.configure(usual);
    const written = await server.writtenFiles();
    expect([...written.keys()]).toContain(join(server.folder, "plan.json"));
    const log = await server.onHost("cat /srv/log/* 2>/dev/null; journalctl --no-pager -q 2>/dev/null");
    const texts = [...written.values(), ...server.outputs, log];
    const secrets = [...deployKeys, ...(await loginKeyBody())];
    expect(deployKeys.length).toBeGreaterThan(3);
    for (const secret of secrets) expect(texts.filter((text) => text.includes(secret)).length).toBe(0);
  });

  test("destroy removes the schedule it owns, keeps all data and says so; another stack's schedule is left", async () => {
    expectLines(await server.succeeds("destroy"), [/removed \/etc\/cron.d\/evenkeel: the host no longer measures; all data .*stay/]);
    expect(await server.onHost("test ! -e /etc/cron.d/evenkeel && ls /srv")).toContain("results");

    await server.succeeds("up");
    await server.onHost("sed -i '1s/provision\\/provision/other\\/provision/' /etc/cron.d/evenkeel");
    expectLines(await server.pulumi("destroy"), [/\/etc\/cron.d\/evenkeel belongs to another stack; not removed/]);
    expect(await server.onHost("head -1 /etc/cron.d/evenkeel")).toContain("other/provision");
  });

  async function expectNothingToDo(): Promise<void> {
    const preview = await server.succeeds("preview", "--expect-no-changes");
    expect(preview.output).not.toMatch(/drift:|will (create|change|apply|install):/);
  }

  async function doctor(): Promise<string> {
    const { stdout, stderr } = await server.tryOnHost(`${evenkeel} doctor`);
    return stdout + stderr;
  }

  async function fingerprint(): Promise<string> {
    return (await server.onHost(`ssh-keygen -y -P '' -f ${key} | ssh-keygen -lf -`)).split(" ")[1] ?? "";
  }

  async function rememberKey(): Promise<void> {
    deployKeys.push(...keyBody(await server.onHost(`cat ${key}`)));
  }

  /** Files changed since a file was touched; what each login leaves in the logs does not count. */
  async function changedSince(stamp: string): Promise<string> {
    const kernel = ["proc", "sys", "run", "dev"].flatMap((folder) => ["-path", `/${folder}`, "-prune", "-o"]);
    const logs = ["journal", "wtmp", "btmp", "lastlog", "auth.log"].map((log) => `-not -path '/var/log/${log}*'`);
    return server.onHost(`find / -xdev ${kernel.join(" ")} -newercm ${stamp} ${logs.join(" ")} -print`);
  }
});

function escaped(text: string): string {
  return text.replaceAll(/[+.]/g, "\\$&");
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
