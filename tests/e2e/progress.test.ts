// A terminal is driven by control characters.
/* oxlint-disable no-control-regex */
import { writeFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { inLab } from "../lab/in-lab.ts";
import { FakeTerminal } from "../runner/progress/terminal.ts";
import { LabServer } from "../../lab/server.ts";
import { until } from "../../lab/within.ts";

/** Runs a command in a terminal of 80 columns and 24 rows, types Ctrl-C when it has shown a text, and prints what it showed, its exit code and whether the terminal is as it was. */
const inTerminal = `import fcntl, json, os, pty, select, struct, sys, termios
pattern, command = sys.argv[1], sys.argv[2:]
controller, terminal = pty.openpty()
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
before = termios.tcgetattr(terminal)
child = os.fork()
if child == 0:
    os.close(controller)
    os.login_tty(terminal)
    os.environ["TERM"] = "xterm"
    os.execvp(command[0], command)
shown, typed = b"", pattern == ""
os.set_blocking(controller, False)
done = None
while True:
    select.select([controller], [], [], 0.05)
    try:
        shown += os.read(controller, 65536)
    except BlockingIOError:
        if done is not None:
            break
    if not typed and pattern.encode() in shown:
        os.write(controller, b"\\x03")
        typed = True
    if done is None:
        pid, status = os.waitpid(child, os.WNOHANG)
        done = os.waitstatus_to_exitcode(status) if pid else None
print(json.dumps({"shown": shown.decode(), "exitCode": done, "asBefore": termios.tcgetattr(terminal) == before}))
`;
const shownSchema = z.object({ shown: z.string(), exitCode: z.number(), asBefore: z.boolean() });

/** The parts of `status --json` that are told while something is measured. */
const statusSchema = z.object({
  busy: z.string().optional(),
  expectedEnd: z.string().optional(),
  queued: z.number(),
  failures: z.array(z.string()),
  lastRun: z.object({ command: z.string(), exitCode: z.number(), sessions: z.number(), said: z.string() }),
  progress: z
    .object({
      subject: z.string(),
      reason: z.string().optional(),
      phase: z.string(),
      done: z.number(),
      total: z.number(),
      round: z.number(),
      rounds: z.number(),
      benchmark: z.string(),
      estimate: z.object({ value: z.number(), samples: z.number() }).optional(),
      secondsLeft: z.number().optional(),
    })
    .optional(),
});

const slow = { steady: { pause: 0.3 }, second: { pause: 0.3 } };
/** A block takes longer than a busy machine needs to answer `status`, thrice. */
const slower = { steady: { pause: 1.2 }, second: { pause: 1.2 } };

describe.skipIf(!inLab)("whoever watches", () => {
  let server: LabServer;

  beforeAll(async () => {
    server = await LabServer.open({
      name: "prog",
      samples: 10,
      benchmarks: ["steady", "second"],
      commands: [{ name: "broken", run: "exit 3" }],
    });
    await server.evenkeelOk("run");
    await writeFile(server.path("/root/in-terminal.py"), inTerminal);
  });
  afterAll(() => server?.remove());
  afterEach(() => server.settle());

  async function onTerminal(args: string, typeAfter = "", environment = ""): Promise<z.infer<typeof shownSchema>> {
    const command = `${environment} python3 /root/in-terminal.py '${typeAfter}' /opt/evenkeel/current/evenkeel ${args}`;
    return shownSchema.parse(JSON.parse(await server.root(command)));
  }
  const status = async () => statusSchema.parse(JSON.parse(await server.evenkeelOk("status --json")));

  test("sees on a terminal a line a benchmark while it is measured, and afterwards the log alone", async () => {
    const revision = await server.push("small: watched", { behaviour: slow });
    const { shown, exitCode, asBefore } = await onTerminal(`measure ${revision}`);
    expect([exitCode, asBefore]).toEqual([0, true]);
    expect(shown).toMatch(/steady +(?:\u001b\[\d+m)* *█/);
    expect(shown).toMatch(/second[^\n]* \d\.\d+ ± \d\.\d+ ms +5\/10/);
    expect(shown).toMatch(/broken[^\n]*failed: it ended with exit code 3/);
    expect(shown).toMatch(new RegExp(`revision ${revision.slice(0, 12)}  round [12] of 2  block \\d+ of 8  .*\\d+ (min|s) left`));

    const terminal = new FakeTerminal(80, 24);
    terminal.write(shown);
    const log = terminal.text.join("");
    expect(log).not.toMatch(/█|round \d of \d/);
    for (const name of ["steady", "second", "native"]) expect(log).toContain(`revision ${revision.slice(0, 12)}: ${name} (compiled) `);
    expect(terminal.cursor).toEqual([terminal.text.length, 0]);
  });

  test("after Ctrl-C finds the terminal as it was: the log, its last line, no view", async () => {
    const revision = await server.push("small: stopped by Ctrl-C", { behaviour: slow });
    const { shown, asBefore } = await onTerminal(`measure ${revision}`, "round 2 of 2");
    expect(asBefore).toBe(true);
    const terminal = new FakeTerminal(80, 24);
    terminal.write(shown);
    expect(terminal.text.join("")).toMatch(/stopped by a signal; the next run resumes$/);
    expect(terminal.text.join("\n")).not.toMatch(/█|round \d of \d|\^C/);
    expect(terminal.cursor).toEqual([terminal.text.length, 0]);
    expect(await server.list("/run/evenkeel")).toEqual(["lock"]);
    await server.evenkeelOk("run");
  });

  test("is shown no escape code in a pipe, nor on a terminal that cannot move its cursor, and the same lines", async () => {
    const revision = await server.push("small: piped", { behaviour: {} });
    const { stdout, stderr } = await server.evenkeel(`measure ${revision}`);
    expect(stdout + stderr).not.toMatch(/\u001b|\r/);
    expect(stdout).toMatch(
      new RegExp(`Z revision ${revision.slice(0, 12)}: steady \\(compiled\\) \\d\\.\\d+ ± \\d\\.\\d+ ms \\(10 samples\\), \\d to go\n`),
    );
    // The helper's terminal calls itself xterm; the command in it is told otherwise.
    const command = `measure ${revision} --benchmark steady`;
    const dumb = shownSchema.parse(
      JSON.parse(await server.root(`python3 /root/in-terminal.py '' env TERM=dumb /opt/evenkeel/current/evenkeel ${command}`)),
    );
    expect(dumb.shown).not.toContain("\u001b");
    expect(dumb.shown).toContain("steady (compiled) ");
    const grey = await onTerminal(command, "", "NO_COLOR=1");
    expect(grey.shown).toContain("█");
    expect(grey.shown).not.toMatch(/\u001b\[\d*m/);
  });

  test("asks status from another shell: what runs, how far, until when, what comes next", async () => {
    await server.push("small: waits", { behaviour: {} });
    const revision = await server.push("small: asked about", { behaviour: slower });
    const pid = await server.start("run");
    let asked = await status();
    await until(async () => {
      asked = await status();
      return asked.progress?.estimate !== undefined && ["steady", "second"].includes(asked.progress.benchmark);
    });
    expect(asked).toMatchObject({
      busy: "evenkeel run",
      queued: 1,
      progress: { subject: `revision ${revision.slice(0, 12)}`, reason: "new", phase: "measure", total: 8, rounds: 2 },
    });
    const { done = 0, estimate, secondsLeft = -1 } = asked.progress ?? {};
    expect(done).toBeGreaterThanOrEqual(3);
    expect(estimate?.value).toBeCloseTo(0.004, 3);
    expect(secondsLeft).toBeGreaterThan(0);
    expect(Date.parse(asked.expectedEnd ?? "")).toBeGreaterThan(Date.parse("2026-01-01"));

    const text = await server.evenkeelOk("status");
    expect(text).toMatch(new RegExp(`doing +measure of revision ${revision.slice(0, 12)} \\(new\\), since \\S+Z: block \\d+ of 8, round`));
    expect(text).toMatch(/done +in [\d hmins]+, at .* UTC; failed so far: broken: it ended with exit code 3\n/);
    expect(text).toMatch(/next +revision [0-9a-f]{12} \(/);
    await server.ended(pid);

    const idle = await status();
    expect(idle).toMatchObject({ queued: 0, lastRun: { command: "evenkeel run", sessions: 2, exitCode: 0 } });
    expect(idle.progress).toBeUndefined();
    expect(idle.failures).toEqual(["broken (compiled): run, it ended with exit code 3"]);
  });

  test("is not told what a killed run was doing", async () => {
    const revision = await server.push("small: killed while watched", { behaviour: slow });
    const pid = await server.start(`measure ${revision}`);
    await until(async () => (await status()).progress?.phase === "measure");
    await server.root(`kill -9 ${pid}`);
    await server.ended(pid);
    expect(await server.list("/run/evenkeel")).toContain("progress.json");
    expect((await status()).progress).toBeUndefined();
    expect(await server.evenkeelOk("status")).toMatch(/doing +nothing\n/);
    await server.evenkeelOk("run");
  });

  test("sees in the queue how long each item takes", async () => {
    await server.push("small: to be measured", { behaviour: {} });
    await server.fetchTarget();
    const text = await server.evenkeelOk("queue");
    expect(text).toMatch(/revision [0-9a-f]{12} +new +all benchmarks +\d+ (min|s) +newest revision\n/);
    expect(text).toMatch(/\n1 item, about \d+ (min|s)\n$/);
    expect(JSON.parse(await server.evenkeelOk("queue --json"))).toMatchObject([{ expectedSeconds: expect.any(Number) }]);
  });
});
