import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { removeHost, ssh } from "../../lab/host.ts";
import { scopeGone } from "../../runner/system/scope.ts";
import { root } from "../../config/root.ts";
import { LabServer } from "../../lab/server.ts";
import { until, within } from "../../lab/within.ts";
import { inLab } from "./in-lab.ts";

const name = "tune";
const timers = "systemctl list-units --state=active --plain --no-legend --no-pager '*.timer' | cut -d' ' -f1 | sort";
const scopes = "systemctl list-units --all --plain --no-legend --no-pager 'evenkeel-run-*'";
/** Long enough for a busy machine to look at the host while samples are taken. */
const slow = { steady: { pause: 1 }, second: { pause: 1 } };
/** No block ends before the command is stopped. */
const slower = { steady: { pause: 2 }, second: { pause: 2 } };

/** Opens scopes whose first process is killed at some moment while systemd takes it over. */
const dying = `
import subprocess, time
for milliseconds in range(2, 42):
    unit = "--unit=evenkeel-run-0-%d.scope" % milliseconds
    process = subprocess.Popen(["systemd-run", "--scope", "--quiet", "--collect", "--slice=evenkeel.slice", unit, "sleep", "60"])
    time.sleep(milliseconds / 1000)
    process.kill()
    process.wait()
`;

/** Opens a scope and starts what the arguments say in it, as a measured process is started. */
const opener = `
import { spawn } from "node:child_process";
import { openScope } from "./runner/system/scope.ts";

async function main(): Promise<void> {
  const [what = "", command = ""] = process.argv.slice(2);
  const scope = await openScope({ memoryBytes: 1e9, processes: 64 });
  const start = (...args: string[]) => {
    const [file = "", ...rest] = [...scope.prefix, "setpriv", "--reuid=benchmark", "--regid=benchmark", "--clear-groups", "/bin/sh", "-c", ...args];
    return spawn(file, rest, { stdio: ["ignore", "inherit", "inherit"], detached: true });
  };
  const child = start(command);
  if (what === "stay") return void console.log(process.pid, scope.unit);
  await new Promise((wake) => child.once("exit", wake));
  await scope.close();
  start("echo never").once("exit", (code) => console.log("exit code", code));
}
void main();
`;

describe.skipIf(!inLab)("tuning on a host", () => {
  let server: LabServer;
  let before: string;
  /** Its measurement is stopped and resumed again and again. */
  let interrupted: string | undefined;

  beforeAll(async () => {
    server = await LabServer.open({ name });
    await server.evenkeelOk("run");
    before = await server.root(timers);
    const bundled = await build({
      stdin: { contents: opener, resolveDir: root, loader: "ts" },
      bundle: true,
      platform: "node",
      target: "node18",
      write: false,
    });
    await ssh(server.host, "cat >/root/scope.cjs", { input: bundled.outputFiles[0]?.text ?? "" });
  });
  afterAll(() => removeHost(name));

  /** A command starts at work on what was pushed or interrupted; returned while it takes samples. */
  const measuring = async (): Promise<number> => {
    const pid = await server.start("run");
    await until(async () => (await server.list("/srv/state")).includes("tuning.json"));
    await until(async () => (await server.root(scopes)).includes(`evenkeel-run-${pid}-`));
    return pid;
  };
  const isAsBefore = async (): Promise<void> => {
    expect(await server.root(timers)).toBe(before);
    expect(await server.list("/srv/state")).not.toContain("tuning.json");
    expect(await server.root(scopes)).toBe("");
  };

  test("what takes effect is told, and is part of the environment", async () => {
    const { tuning } = JSON.parse(await server.root("cat /opt/evenkeel/active/environment.json"));
    expect(tuning).toEqual(["aslr off", expect.stringMatching(/^cpu \d+ pinned$/)]);
    expect(await server.evenkeelOk("status")).toContain(`tuning       ${tuning.join(", ")}\n`);
    expect(JSON.parse(await server.evenkeelOk("doctor --json"))).toMatchObject({
      tuning: { effect: tuning, skipped: expect.arrayContaining(["governor performance", "turbo off"]) },
    });
  });

  test("while a revision is measured timers are stopped and doctor is content; afterwards all is as before", async () => {
    expect(before).toContain("dpkg-db-backup.timer\n");
    await server.push("small: tuned", { behaviour: slow });
    const pid = await measuring();
    await until(async () => !(await server.root(timers)).includes("dpkg-db-backup.timer"));
    await server.evenkeelOk("doctor");
    await server.ended(pid);
    expect(await server.output()).toContain("published");
    await isAsBefore();
    await server.evenkeelOk("doctor");
  });

  test.each(["TERM", "INT", "HUP"])("SIG%s puts the machine back before the runner ends", async (signal) => {
    interrupted ??= await server.push("small: stopped by signals", { behaviour: slower });
    const pid = await measuring();
    await server.root(`kill -${signal} ${pid}`);
    await server.ended(pid);
    expect(await server.output()).toContain("stopped by a signal");
    await isAsBefore();
  });

  test("after kill -9 the scope ends by itself, and the next start puts the rest back, though the schedule is paused", async () => {
    interrupted ??= await server.push("small: killed while tuned", { behaviour: slower });
    const pid = await measuring();
    await until(async () => !(await server.root(timers)).includes("dpkg-db-backup.timer"));
    await server.root(`kill -9 ${pid}`);
    await until(async () => (await server.root(scopes)) === "");
    expect(await server.list("/srv/state")).toContain("tuning.json");
    expect(await server.root(timers)).not.toContain("dpkg-db-backup.timer");
    await server.evenkeelOk("pause --why test");
    expect(await server.evenkeelOk("run --cron")).toContain("paused");
    await isAsBefore();
    await server.evenkeelOk("resume");
    await server.evenkeelOk("run");
    await isAsBefore();
  });

  test("a scope whose first process died while systemd took it over is ended by the next run", async () => {
    // It ends at once if systemd had taken over its process, and stays if not.
    await until(async () => {
      await server.root(`python3 - <<'END'\n${dying}END\nsystemd-run --scope --quiet true`);
      return (await server.root(scopes)) !== "";
    });
    await server.evenkeelOk("run");
    expect(await within(120, async () => (await server.root(scopes)) === "")).toBe(true);
  });

  test("timers that were started more often than systemd allows start again", async () => {
    const drop = "/run/systemd/system/dpkg-db-backup.timer.d";
    await server.root(`mkdir -p ${drop} && printf '[Unit]\\nStartLimitIntervalSec=1h\\nStartLimitBurst=1\\n' >${drop}/limit.conf`);
    await server.root("systemctl daemon-reload; systemctl stop dpkg-db-backup.timer; systemctl start dpkg-db-backup.timer");
    await server.push("starts once more", { behaviour: {} });
    expect(await server.evenkeelOk("run")).not.toContain("does not start");
    await isAsBefore();
    await server.root(`rm -r ${drop} && systemctl daemon-reload`);
  });

  test("where one of the stopped timers cannot start again, it is named, and the others start", async () => {
    const journal = {
      bootId: (await server.root("cat /proc/sys/kernel/random/boot_id")).trim(),
      pid: 1,
      effect: [],
      skipped: [],
      cpus: "0-1",
      changes: ["dpkg-db-backup.timer", "logrotate.timer"].map((unit) => ({ kind: "unit", unit })),
    };
    await server.root("systemctl stop dpkg-db-backup.timer logrotate.timer; systemctl mask --runtime dpkg-db-backup.timer");
    await server.root(`echo '${JSON.stringify(journal)}' >/srv/state/tuning.json`);
    const log = await server.evenkeelOk("run");
    expect(log).toMatch(/dpkg-db-backup\.timer was stopped and does not start: .*masked/);
    expect(log).not.toContain("logrotate.timer");
    await server.root("systemctl unmask --runtime dpkg-db-backup.timer; systemctl start dpkg-db-backup.timer");
    await isAsBefore();
  });

  test("a journal of another boot is deleted, not applied", async () => {
    const journal = {
      bootId: "another",
      pid: 1,
      effect: ["turbo off"],
      skipped: [],
      cpus: "0-1",
      changes: [{ kind: "unit", unit: "hello.timer" }],
    };
    await server.root(`echo '${JSON.stringify(journal)}' >/srv/state/tuning.json`);
    expect(await server.evenkeelOk("run")).not.toContain("hello.timer");
    await isAsBefore();
  });

  test("a process is started inside the scope as another account", async () => {
    const seen = await server.root("node /root/scope.cjs close 'id -un; cat /proc/self/cgroup'");
    expect(seen).toMatch(/^benchmark\n/);
    expect(seen).toMatch(/^0::\/evenkeel\.slice\/evenkeel-run-\d+-1\.scope$/m);
    expect(await server.root(scopes)).toBe("");
  });

  test("closed, it ends daemons and what forks away, and what comes later is told apart from a command's failure", async () => {
    const forks =
      'for i in 1 2 3 4 5; do (setsid sleep 3000 >/dev/null 2>&1 &); done; setsid sh -c "while :; do sleep 0.01 & done" >/dev/null 2>&1 &';
    const seen = await server.root(`node /root/scope.cjs close '${forks}' 2>/dev/null`);
    expect(seen).toBe(`exit code ${scopeGone}\n`);
    expect(await server.strays()).toEqual([]);
    expect(await server.root(scopes)).toBe("");
  });

  test("with kill -9 of its owner everything in it ends", async () => {
    await server.root("setsid -f node /root/scope.cjs stay 'exec sleep 3000' </dev/null >/root/opened 2>&1");
    await until(async () => (await server.root("cat /root/opened")).includes("\n"));
    const [pid, unit] = (await server.root("cat /root/opened")).trim().split(" ");
    await until(async () => (await server.strays()).some((line) => line.includes("sleep 3000")));
    expect(await server.root(scopes)).toContain(unit);
    await server.root(`kill -9 ${pid}`);
    await until(async () => (await server.strays()).length === 0);
    await until(async () => (await server.root(scopes)) === "");
  });
});
