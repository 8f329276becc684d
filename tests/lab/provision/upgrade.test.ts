import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { downHost, upHost } from "../../../lab/host.ts";
import { Inside } from "../../../lab/inside.ts";
import type { EngineRun } from "../../../lab/stack.ts";
import { within } from "../../../lab/within.ts";
import { inLab } from "../in-lab.ts";
import { ProvisionedHost, type Changes } from "./fixture.ts";

const name = "env-upgrade";
const evenkeel = "/opt/evenkeel/current/evenkeel";
const clean = "this host is what was declared\n";
/** Going back to an earlier configuration may take so long; on a machine that is busy with others, so many times an `up` that changes nothing. */
const rollbackSeconds = 15;
const rollbackShare = 2;
/** In the order they are applied. */
const steps = [
  "bundle",
  "declaration",
  "packages",
  "account",
  "github",
  "directories",
  "clones",
  "python",
  "venv",
  "files",
  "activation",
  "schedule",
];
const libz = "/usr/lib/x86_64-linux-gnu/libz.so.1";

const venvOf = (six: string): Changes => ({ requirements: [`six==${six}`] });
const usual = venvOf("1.17.0");

const identitySchema = z.object({
  environment: z.object({ id: z.string(), cpu: z.string(), machine: z.string(), minor: z.string().optional() }),
  minor: z.object({ hash: z.string(), now: z.record(z.string(), z.string()), accepted: z.record(z.string(), z.string()) }),
});
type Identity = z.infer<typeof identitySchema>;

// One server through its upgrades: each chapter leaves it measuring, with the usual configuration.
describe.skipIf(!inLab)("an upgrade", () => {
  let server: ProvisionedHost;

  beforeAll(async () => {
    server = await ProvisionedHost.make({ name, release: "trixie", user: "root", python: "3.13" });
    await server.configure(usual);
    await server.pulumi("up");
    await server.authorize();
    await server.succeeds("up");
    await expectMeasuring();
  });

  afterAll(async () => {
    await server.remove();
  });

  test("is activated in one step: of all links that the schedule uses one changes", async () => {
    const links = "/srv/venv /opt/evenkeel/current /usr/local/bin/evenkeel";
    const before = await server.onHost(`readlink ${links}`);
    const generation = await server.onHost("readlink /opt/evenkeel/active");
    await changeTo(venvOf("1.16.0"));
    expect(await server.onHost(`readlink ${links}`)).toBe(before);
    expect(await server.onHost("readlink /opt/evenkeel/active")).not.toBe(generation);
    expect(await sixInUse()).toBe("1.16.0");
    expect(await server.onHost("cd $(readlink -f /opt/evenkeel/active) && readlink -f venv && ls")).toBe(
      `${await server.onHost("readlink -f /srv/venv")}bundle\nenvironment.json\nminor.json\nvenv\n`,
    );
  });

  test("is taken back by configuration in seconds, and the host measures as before", async () => {
    const idle = await changeTo(venvOf("1.16.0"));
    const back = await changeTo(usual);
    console.log(`taken back in ${back.seconds.toFixed(1)} s; an up that changes nothing takes ${idle.seconds.toFixed(1)} s`);
    expect(back.seconds).toBeLessThan(Math.max(rollbackSeconds, rollbackShare * idle.seconds));
    expect(back.output).not.toMatch(/making \/opt\/evenkeel\/venv/);
    expect(await sixInUse()).toBe("1.17.0");
    await expectMeasuring();
  });

  test("whose venv cannot be built changes nothing that is in use; taken back, the host measures again", async () => {
    const active = await server.onHost("readlink /opt/evenkeel/active; readlink -f /srv/venv");
    await server.configure({ requirements: ["evenkeel-has-no-such-package==1.0"] });
    const failed = await server.pulumi("up");
    expect(failed.exitCode).not.toBe(0);
    expect(failed.output).toMatch(/error: venv: pip install failed:/);
    expect(await server.onHost("readlink /opt/evenkeel/active; readlink -f /srv/venv")).toBe(active);
    expect(await sixInUse()).toBe("1.17.0");
    expect(await refusal()).toMatch(/not measuring: declared, not yet applied: activation, files, venv; run `pulumi up`$/);

    const back = await changeTo(usual);
    expect(back.output).not.toMatch(/making \/opt\/evenkeel\/venv/);
    await expectMeasuring();
  });

  test("leaves what it replaced until gc: the last three stay, and what is in use", async () => {
    const old = (await server.onHost("grep -l 1.16.0 /opt/evenkeel/venv/*/evenkeel.complete")).trim().replace("/evenkeel.complete", "");
    for (const six of ["1.15.0", "1.14.0"]) await changeTo(venvOf(six));
    await changeTo(usual);
    const listing = "find /opt/evenkeel /srv/state | sort";
    const before = await server.onHost(listing);

    await server.onHost(`systemd-run --quiet --unit=at-work ${old}/bin/python -c 'import time; time.sleep(600)'`);
    expect(await server.onHost(`${evenkeel} gc --dry-run`)).toMatch(new RegExp(`^keeps ${old} \\(\\d+\\.\\d MB\\): running$`, "m"));
    await server.onHost("systemctl stop at-work");
    const dry = JSON.parse(await server.onHost(`${evenkeel} gc --dry-run --json`));
    expect(await server.onHost(listing)).toBe(before);
    // The venv that could not be built is of no use either.
    expect(venvs(dry.removed)).toHaveLength(2);
    expect(venvs(dry.removed)).toContain(old);
    expect(venvs(dry.kept)).toHaveLength(3);
    expect(dry.bytes).toBeGreaterThan(1e6);

    expect(await server.onHost(`${evenkeel} gc`)).toMatch(new RegExp(`^removed ${old} \\(.*\\)$[^]*^\\d+\\.\\d MB are free again$`, "m"));
    expect((await server.tryOnHost(`ls -d ${old}`)).exitCode).not.toBe(0);
    expect(await doctor()).toBe(clean);
    expect(await server.onHost(`${evenkeel} gc`)).toMatch(/^nothing to remove$/m);
    await expectMeasuring();
    // What is gone is made anew.
    await changeTo(venvOf("1.16.0"));
    await changeTo(usual);
  });

  test("of a library holds the host until its hash is declared; then it is the same environment", async () => {
    const before = await identity();
    await server.onHost(`cp -p $(readlink -f ${libz}) /root/libz && echo >>$(readlink -f ${libz})`);
    const { minor } = await identity();
    const told = `activation: minor fact libz.so.1: is ${minor.now["libz.so.1"]}, declared ${before.minor.now["libz.so.1"]} (if it is meant to be so, write \`environment.minor: "${minor.hash}"\``;
    expect(await refusal()).toContain(`not measuring: ${told}`);
    expect(await doctor()).toContain(told);
    expect((await server.succeeds("preview")).output).toContain(`drift: ${told}`);

    const up = await server.pulumi("up");
    expect(up.exitCode).not.toBe(0);
    expect(up.output).toMatch(
      /error: activation: minor facts of this machine changed, and nothing declares it:\n *libz\.so\.1: was \w+, is \w+/,
    );
    expect(up.output).toContain(`\`environment.minor: "${minor.hash}"\``);
    expect(await refusal()).toContain("declared, not yet applied: activation");

    await changeTo({ ...usual, environment: { minor: minor.hash } });
    expect(await identity()).toMatchObject({ environment: before.environment, minor: { accepted: minor.now } });
    await expectMeasuring();
  });

  test("of a library is another environment where that is declared, and going back to the first one is asked about too", async () => {
    const first = await identity();
    await server.onHost(`echo >>$(readlink -f ${libz})`);
    const { minor } = await identity();
    await changeTo({ ...usual, environment: { minor: minor.hash, asSwitch: true } });
    const second = await identity();
    expect(second.environment).toEqual({ ...first.environment, id: second.environment.id, minor: minor.hash });
    expect(second.environment.id).not.toBe(first.environment.id);
    await expectMeasuring();

    await server.onHost(`cp -p /root/libz $(readlink -f ${libz})`);
    await server.configure(usual);
    expect((await server.pulumi("up")).output).toContain("error: activation: minor facts of this machine changed");
    await changeTo({ ...usual, environment: { minor: (await identity()).minor.hash } });
    expect((await identity()).environment).toEqual(first.environment);
    await changeTo(usual);
    await expectMeasuring();
  });

  test("of the interpreter under its version is another environment; so is another machine of the same CPU model", async () => {
    const before = await identity();
    const changes = [
      {
        change:
          "cp -p /usr/bin/python3.13 /root/python && cp -p /root/python /root/rebuilt && echo >>/root/rebuilt && mv /root/rebuilt /usr/bin/python3.13",
        restore: "mv /root/python /usr/bin/python3.13",
        told: /not measuring: .*venv/,
      },
      {
        // Where this machine has no board that it could be told by, its installation counts.
        change: `uuid=/sys/class/dmi/id/product_uuid; echo 4c4c4544-0035-3010-8051-b4c04f4a4231 >/root/uuid
          if [ -e $uuid ]; then mount --bind /root/uuid $uuid; else cp /etc/machine-id /root/machine-id && echo 0123456789abcdef0123456789abcdef >/etc/machine-id; fi`,
        restore: "if [ -e /root/machine-id ]; then cp /root/machine-id /etc/machine-id; else umount /sys/class/dmi/id/product_uuid; fi",
        told: /not measuring: activation: environment machine: is [0-9a-f]{16}, declared [0-9a-f]{16}$/,
      },
    ];
    for (const { change, restore, told } of changes) {
      await server.onHost(change);
      expect(await refusal()).toMatch(told);
      await server.succeeds("up");
      const { environment } = await identity();
      expect(environment.id).not.toBe(before.environment.id);
      expect(environment.cpu).toBe(before.environment.cpu);
      await expectMeasuring();
      await server.onHost(restore);
      await server.succeeds("up");
      expect((await identity()).environment).toEqual(before.environment);
    }
  });

  test("is not what a reboot is: all facts are as before", async () => {
    const before = await identity();
    await downHost(name);
    await upHost({ name, release: "trixie" });
    expect(await identity()).toEqual(before);
    expect(await doctor()).toBe(clean);
    await expectMeasuring();
  });

  test("waits for what measures, counting down, as long as configured", async () => {
    const hold = async (): Promise<void> => {
      await server.onHost("systemd-run --quiet --unit=measuring flock /run/evenkeel/lock sleep 600");
      await until(async () => (await server.tryOnHost("flock -n /run/evenkeel/lock true")).exitCode !== 0);
    };
    await hold();
    await server.configure({ ...venvOf("1.16.0"), upgrade: { waitMinutes: 0 } });
    const impatient = await server.pulumi("up");
    expect(impatient.exitCode).not.toBe(0);
    expect(impatient.output).toMatch(/error: ensure \w+: the host is busy with another process/);
    await server.configure({ ...venvOf("1.16.0"), upgrade: { waitMinutes: 30 } });
    const patient = await server.startPulumi("up");
    await until(async () => /waiting for another process; giving up in 1[78]\d\d s/.test(patient.output()));
    await server.onHost("systemctl stop measuring");
    expect((await patient.done).exitCode).toBe(0);
    await changeTo(usual);
    await expectMeasuring();
  });

  test("is no time of silence: a pause of the configuration is told with its reason wherever one looks", async () => {
    const why = "the room is being painted";
    await changeTo({ ...usual, schedule: { enabled: false, why } }, `${clean}paused by the configuration: ${why}\n`);
    expect(await server.onHost("cat /etc/cron.d/evenkeel")).toMatch(new RegExp(`^# .*${why}.*$`, "m"));
    expect(await server.onHost("cat /etc/cron.d/evenkeel")).not.toContain("evenkeel run");
    expect(await server.onHost(`${evenkeel} status`)).toMatch(new RegExp(`^schedule +paused by the configuration: ${why}$`, "m"));
    expect(JSON.parse(await server.onHost(`${evenkeel} status --json`))).toMatchObject({ paused: expect.stringContaining(why) });
    await server.onHost(`${evenkeel} report --out /root/reports`);
    expect(await server.onHost("cat /root/reports/README.md")).toContain(`| schedule | paused by the configuration&#58; ${why} |`);
    await changeTo(usual);
  });

  test("killed at every step in turn is never measured half done; the next up goes on, and in the end the host measures", async () => {
    await server.onHost(`set -e
      usermod --shell /bin/sh benchmark
      chmod 0700 /srv/state/builds
      echo edited >>/srv/target/source
      rm /opt/evenkeel/markers/python.json
      ln -sfn /tmp /opt/evenkeel/next`);
    await server.configure({
      requirements: ["six==1.16.0"],
      packages: ["tcc", "libc6-dev", "hello"],
      git: { name: "Other" },
      measure: { samples: 6 },
      schedule: { cron: "1 0 1 1 *" },
    });
    for (const step of steps) {
      const up = await server.startPulumi("up");
      await killWhileApplying(step);
      const { exitCode, output } = await up.done;
      expect(exitCode, `not ended by the kill at ${step}:\n${output}`).not.toBe(0);
      // Before the declaration is in force, what differs is told; afterwards, what was not applied.
      const told = steps.indexOf(step) < 2 ? "not measuring: " : `not measuring: declared, not yet applied: .*\\b${step}\\b`;
      expect(await refusal()).toMatch(new RegExp(told));
    }
    await server.succeeds("up");
    expect(await doctor()).toBe(clean);
    expect(await sixInUse()).toBe("1.16.0");
    await expectMeasuring();
    await changeTo(usual);
  });

  test("whose engine is killed is not measured half done; the next up completes it", async () => {
    await server.configure(venvOf("1.15.0"));
    const up = await server.startPulumi("up");
    await untilApplying("venv");
    up.kill();
    await up.done;
    // What it had begun goes on by itself.
    await server.onHost("flock -w 120 /run/evenkeel/lock true");
    expect(await refusal()).toMatch(/not measuring: declared, not yet applied: .*\bactivation\b/);
    await server.cancel();
    await changeTo(venvOf("1.15.0"));
    expect(await sixInUse()).toBe("1.15.0");
    await expectMeasuring();
  });

  /** Bring the host to a configuration, all the way. */
  async function changeTo(changes: Changes, told = clean): Promise<EngineRun> {
    await server.configure(changes);
    const up = await server.succeeds("up");
    expect(await doctor()).toBe(told);
    return up;
  }

  async function expectMeasuring(): Promise<void> {
    const { exitCode, stdout, stderr } = await server.tryOnHost(`${evenkeel} run`);
    expect([exitCode, stdout + stderr]).toEqual([0, expect.not.stringContaining("not measuring")]);
  }

  /** What a run says that measures nothing. */
  async function refusal(): Promise<string> {
    const { exitCode, stdout, stderr } = await server.tryOnHost(`${evenkeel} run`);
    expect([exitCode, stderr]).toEqual([1, ""]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    return stdout.trimEnd();
  }

  async function doctor(): Promise<string> {
    const { stdout, stderr } = await server.tryOnHost(`${evenkeel} doctor`);
    return stdout + stderr;
  }

  async function identity(): Promise<Identity> {
    const { stdout } = await server.tryOnHost(`${evenkeel} doctor --json`);
    return z.object({ identity: identitySchema }).parse(JSON.parse(stdout)).identity;
  }

  async function sixInUse(): Promise<string> {
    return (await server.onHost("/srv/venv/bin/python -c 'import six; print(six.__version__)'")).trim();
  }

  /** Until the host applies a resource. Returns the process that does, as this machine counts. */
  async function untilApplying(step: string): Promise<number> {
    const inside = new Inside(server.host);
    const deadline = performance.now() + 300_000;
    let known: { pid: number; inner: number }[] = [];
    for (; performance.now() < deadline; await sleep(1)) {
      const holder = holderSchema.safeParse(parsed(inside.path("/run/evenkeel/holder.json"))).data;
      if (holder?.command === `ensure ${step}`) {
        const pid = known.find(({ inner }) => inner === holder.pid)?.pid ?? inside.find(holder.pid)?.pid;
        if (pid !== undefined) return pid;
      }
      // Looked for beforehand, for that takes longer than some steps do.
      if (known.length === 0)
        known = inside.processes().filter(({ command }) => command.endsWith(` ensure ${step}`) || command.includes(` ensure ${step} `));
    }
    throw new Error(`${step} was not applied`);
  }

  async function killWhileApplying(step: string): Promise<void> {
    const pid = await untilApplying(step);
    process.kill(pid, "SIGKILL");
  }
});

function venvs(things: { path: string }[]): string[] {
  return things.map(({ path }) => path).filter((path) => path.startsWith("/opt/evenkeel/venv/"));
}

const holderSchema = z.object({ pid: z.number(), command: z.string() });

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  if (!(await within(120, isSo))) throw new Error(`not so within 120 s: ${isSo.toString()}`);
}
