import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { removeHost, ssh, sshOk, upHost, type Host } from "../../../lab/host.ts";
import { within } from "../../../lab/within.ts";
import type { Job } from "../../../runner/resources/job.ts";
import { root } from "../../../config/root.ts";
import { inLab } from "../in-lab.ts";

type Told = Pick<Job, "name" | "command"> & Partial<Pick<Job, "limitMinutes" | "lineEverySeconds" | "cwd" | "account">>;

const folder = "/opt/evenkeel/jobs";

describe.skipIf(!inLab)("a job on a host", () => {
  let host: Host;

  beforeAll(async () => {
    host = await upHost({ name: "py-job", release: "bookworm", fresh: true });
    await sshOk(host, "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends nodejs 2>&1");
    await sshOk(host, "useradd --create-home --uid 1500 worker");
  });

  afterAll(() => removeHost("py-job"));

  test("gets its command literally, with the rights and in the folder it was given", async () => {
    const account = { name: "worker", uid: 1500, gid: 1500, home: "/home/worker", shell: "/bin/sh" };
    const words = ["$HOME", "${HOME} $$", "%n", "two  blanks", "it's", '"'];
    const command = ["/bin/sh", "-c", 'id -un; pwd; printf "<%s>\\n" "$@"', "sh", ...words] as const;
    const { exitCode, stdout } = await run({ name: "literal", command, account, cwd: "/tmp" });
    expect(stdout).toMatch(/^testing: started; log on the host: \/opt\/evenkeel\/jobs\/literal\/log\n[^]*testing: done after \d s\n$/);
    expect(exitCode).toBe(0);
    expect(await logOf("literal")).toBe(`worker\n/tmp\n${words.map((word) => `<${word}>\n`).join("")}`);
  });

  test("goes on when whoever watches is killed; the next one attaches, and is told of it every half minute", async () => {
    const job = {
      name: "killed",
      lineEverySeconds: 1,
      command: ["/bin/sh", "-c", "echo begun; until test -e /root/go-on; do sleep 0.1; done; echo ended"],
    } as const;
    const first = run(job);
    expect(await within(60, async () => (await logOf("killed")) === "begun\n")).toBe(true);
    await sshOk(host, "pkill -9 -x node");
    expect((await first).exitCode).not.toBe(0);
    expect(await sshOk(host, "systemctl is-active evenkeel-killed")).toBe("active\n");

    const second = run(job, "runJob(job, (line) => { console.log(line); fs.appendFileSync('/root/told', `${line}\\n`); })");
    const isToldTwice = async (): Promise<boolean> => (await ssh(host, "grep -c 'at work$' /root/told")).stdout.trim() >= "2";
    expect(await within(60, isToldTwice)).toBe(true);
    await sshOk(host, "touch /root/go-on");
    expect((await second).stdout).toMatch(
      /^testing: attached to the one at work; [^]*(\ntesting: \d+ s: at work){2,}\n[^]*testing: done after \d+ s\n$/,
    );
    expect(await logOf("killed")).toBe("begun\nended\n");
  });

  test("that ended while nobody watched is not done again until it is forgotten", async () => {
    const job = { name: "once", command: ["/bin/sh", "-c", "echo run >>/root/runs"] } as const;
    await run(job);
    expect((await run(job)).stdout).toMatch(/^testing: it ended while nobody watched; [^]*testing: done after /);
    expect(await sshOk(host, "cat /root/runs")).toBe("run\n");
    await run(job, "forgetJob(job.name)");
    await run(job);
    expect(await sshOk(host, "cat /root/runs")).toBe("run\nrun\n");
  });

  test("that failed is told with its last lines and its log, once; then it is begun anew", async () => {
    const job = { name: "failing", command: ["/bin/sh", "-c", "test -e /root/mended && exit; seq 100; exit 3"] } as const;
    const failed = await run(job);
    expect(failed.exitCode).toBe(1);
    expect(failed.stdout).toMatch(
      /testing failed with exit code 3 after 0:0\d; log on the host: \/opt\/evenkeel\/jobs\/failing\/log\n {2}86\n[^]* {2}100\n/,
    );
    await sshOk(host, "touch /root/mended");
    expect((await run(job)).stdout).toMatch(/^testing: started; [^]*testing: done after /);
  });

  test("is ended at its limit, with all that it started", async () => {
    const limited = await run({ name: "long", command: ["/bin/sh", "-c", "sleep 1234 & sleep 1234"], limitMinutes: 1 / 60 });
    expect(limited.stdout).toMatch(/testing was ended at its limit of /);
    expect((await ssh(host, "pgrep -fx 'sleep 1234'")).stdout).toBe("");
  });

  test("that the host went down in is begun again", async () => {
    await sshOk(host, `mkdir -p ${folder}/cut && echo '{"started":"2026-01-01T00:00:00.000Z"}' >${folder}/cut/job.json`);
    const again = await run({ name: "cut", command: ["/bin/true"] });
    expect(again.stdout).toMatch(/^testing: was cut off, started again; [^]*testing: done after \d s\n$/);
  });

  test("is ended and forgotten on request", async () => {
    const job = { name: "ended", command: ["sleep", "1235"] } as const;
    const watched = run(job);
    expect(await within(60, async () => (await ssh(host, "systemctl is-active evenkeel-ended")).exitCode === 0)).toBe(true);
    const { stdout } = await run(
      job,
      "jobsAtWork('en').then(console.log).then(() => stopJob(job.name)).then(() => jobState(job.name)).then(console.log)",
    );
    expect(stdout).toBe("[ 'ended' ]\nnone\n");
    expect((await watched).exitCode).toBe(1);
  });

  async function logOf(name: string): Promise<string> {
    return (await ssh(host, `cat ${folder}/${name}/log`)).stdout;
  }

  /** The module as the host's program has it, doing one thing with a job. */
  async function run(job: Told, what = "runJob(job, console.log)"): Promise<{ exitCode: number; stdout: string }> {
    const contents = `
      import * as fs from "node:fs";
      import { forgetJob, jobsAtWork, jobState, runJob, stopJob } from "./runner/resources/job.ts";
      const job = ${JSON.stringify({ title: "testing", limitMinutes: 5, ...job })};
      Promise.resolve(${what}).catch((error) => { console.log(error.message); process.exitCode = 1; });`;
    const bundled = await build({
      stdin: { contents, resolveDir: root, loader: "ts" },
      bundle: true,
      platform: "node",
      target: "node18",
      format: "cjs",
      write: false,
      logLevel: "silent",
    });
    const program = bundled.outputFiles.map((file) => file.text).join("");
    return ssh(host, "node -", { input: program });
  }
});
