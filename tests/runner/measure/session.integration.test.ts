import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { accountOf, type Account } from "../../../runner/system/account.ts";
import { environmentOf } from "../../../runner/system/command.ts";
import { measure, type Interrupted, type SampledBlock, type SessionEvent, type SessionOptions } from "../../../runner/measure/session.ts";
import type { Failure } from "../../../runner/model.ts";
import { suiteAt, type Runnable } from "../../../runner/suites/suite.ts";

let folder: string;
let account: Account;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "evenkeel-session-"));
  account = await accountOf("nobody");
  chmodSync(folder, 0o755);
  chownSync(folder, account.uid, account.gid);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A benchmark that is a shell command. It can write to $LOG. */
function benchmark(name: string, shellCommand: string, change: Partial<Runnable> = {}): Runnable {
  return {
    benchmark: name,
    variant: "compiled",
    workload: "w",
    command: ["/bin/bash", "-c", shellCommand],
    cwd: suiteAt,
    suite: [],
    readOnly: [],
    environment: { ...environmentOf(account), LOG: `${suiteAt}/log` },
    stableHashSeed: false,
    reads: "number line",
    ...change,
  };
}

const sound = 'echo "$0 $PYTHONHASHSEED ${#EVENKEEL_PADDING}" >> $LOG; echo 0.000001';

/** A file that samples can change. */
function write(path: string, text: string): void {
  writeFileSync(path, text);
  chownSync(path, account.uid, account.gid);
}

function logged(): string[] {
  return readFileSync(join(folder, "log"), "utf8").trim().split("\n");
}

interface Outcome {
  events: SessionEvent["kind"][];
  blocks: SampledBlock[];
  failures: Record<string, Failure>;
  interrupted: Interrupted[];
}

interface Change extends Partial<SessionOptions> {
  /** Samples that were taken before. */
  taken?: number;
  /** Nothing runs in a copy of the suite. */
  isWithoutCopy?: boolean;
  /** Handles an event before the next one is asked for. */
  handle?: (event: SessionEvent) => Promise<void> | void;
}

async function run(runnables: Runnable[], { taken = 0, isWithoutCopy = false, handle, ...change }: Change = {}): Promise<Outcome> {
  const outcome: Outcome = { events: [], blocks: [], failures: {}, interrupted: [] };
  const toSample = runnables.map((runnable) => ({ runnable, copy: isWithoutCopy ? undefined : folder, taken }));
  const options = {
    samplesOf: () => 4,
    limits: { memoryBytes: 1e9, processes: 256, diskBytes: 1e9 },
    blockSize: 2,
    timeoutSeconds: 20,
    account,
    samplerAccount: await accountOf("daemon"),
  };
  for await (const event of measure(toSample, { ...options, ...change })) {
    outcome.events.push(event.kind);
    if (event.kind === "block finished") outcome.blocks.push(event.block);
    if (event.kind === "failed") outcome.failures[event.runnable.benchmark] = event.failure;
    if (event.kind === "interrupted") outcome.interrupted.push(event);
    await handle?.(event);
  }
  return outcome;
}

/** Samples are another account's than what takes them. */
const isRoot = userInfo().uid === 0;
if (!isRoot) console.warn("sampling is not tested: it needs root");

describe.skipIf(!isRoot)("sampling", () => {
  test("lets numbers of samples be chosen once, when the first round is over, and goes on behind the pilots", async () => {
    let wanted = 2;
    const outcome: string[] = [];
    const { events } = await run([benchmark("a", sound), benchmark("b", sound)], {
      samplesOf: ({ benchmark: name }) => (name === "a" ? wanted : 2),
      handle: (event) => {
        if (event.kind === "block finished") outcome.push(`${event.block.benchmark} ${event.block.round} ${event.block.samples.length}`);
        if (event.kind !== "pilots taken") return;
        outcome.push("chosen");
        wanted = 5;
      },
    });
    expect(events).not.toContain("stopped");
    expect(outcome).toEqual(["a 0 2", "b 0 2", "chosen", "a 1 2", "a 2 1"]);
    // One dropped process each, and samples 0 to 4.
    expect(logged()).toHaveLength(6 + 3);
  });

  test("lets them be chosen at once where all pilots were taken before", async () => {
    let wanted = 2;
    const { events, blocks } = await run([benchmark("a", sound)], {
      samplesOf: () => wanted,
      taken: 2,
      handle: ({ kind }) => void (wanted = kind === "pilots taken" ? 3 : wanted),
    });
    expect(events).toEqual(["pilots taken", "block begun", "block finished"]);
    expect(blocks.map(({ round, samples }) => [round, samples.length])).toEqual([[1, 1]]);
  });

  test("takes each sample in a fresh process, drops the first, and gives sample i its seed and padding", async () => {
    const { blocks } = await run([
      benchmark("a", `echo a; ${sound}`, { command: ["/bin/bash", "-c", sound, "a"] }),
      benchmark("b", "", { command: ["/bin/bash", "-c", sound, "b"], stableHashSeed: true }),
    ]);
    expect(blocks.map(({ benchmark: name, round, samples }) => [name, round, samples.length])).toEqual([
      ["a", 0, 2],
      ["b", 0, 2],
      ["a", 1, 2],
      ["b", 1, 2],
    ]);
    expect(logged()).toEqual(["a 1 0", "a 1 0", "a 2 16", "b 1 0", "b 1 0", "b 1 16", "a 3 32", "a 4 48", "b 1 32", "b 1 48"]);
  });

  test("waits until a block is kept before it takes the next sample", async () => {
    let kept = 0;
    const seen: number[] = [];
    await run([benchmark("a", sound)], {
      handle: async ({ kind }) => {
        if (kind !== "block finished") return;
        seen.push(logged().length);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(logged().length);
        kept++;
      },
    });
    expect(kept).toBe(2);
    expect(seen).toEqual([3, 3, 5, 5]);
  });

  test("takes nothing more once its caller gives up", async () => {
    const problem = new Error("the disk is full");
    const handle = ({ kind }: SessionEvent): void => {
      if (kind === "block finished") throw problem;
    };
    await expect(run([benchmark("a", sound)], { handle })).rejects.toThrow(problem);
    expect(logged()).toHaveLength(3);
  });

  test("says what it does, in order", async () => {
    const { events } = await run([
      benchmark("bad", "exit 1"),
      benchmark("lost", "", { command: ["/no/such/program"] }),
      benchmark("a", sound),
    ]);
    const block = ["block begun", "block finished"];
    expect(events).toEqual(["block begun", "failed", "block begun", "interrupted", ...block, "pilots taken", ...block]);
  });

  test("goes on after a kill at the same sample numbers, behind one dropped process", async () => {
    const { blocks } = await run([benchmark("a", sound)], { taken: 2 });
    expect(blocks.map(({ round, samples }) => [round, samples.length])).toEqual([[1, 2]]);
    expect(logged().map((line) => line.split(" ")[1])).toEqual(["3", "3", "4"]);
  });

  test("stopped by a signal, kills what runs, keeps finished blocks and is gone on with to the same samples", async () => {
    const stop = new AbortController();
    const hangingOnThird = `${sound}; if [ $PYTHONHASHSEED = 3 ] && [ ! -e stopped ]; then sleep 600; fi`;
    const started = performance.now();
    const watching = setInterval(() => {
      if (logged().length >= 4) stop.abort();
    }, 5);
    write(join(folder, "log"), "");
    const first = await run([benchmark("a", hangingOnThird)], { signal: stop.signal });
    clearInterval(watching);
    expect(first).toMatchObject({ failures: {}, interrupted: [] });
    expect(first.events.at(-1)).toBe("stopped");
    expect(first.blocks).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(20_000);
    write(join(folder, "stopped"), "");
    const second = await run([benchmark("a", hangingOnThird)], { taken: 2 });
    expect(second.events).not.toContain("stopped");
    expect(second.blocks.map(({ round }) => round)).toEqual([1]);
  });
});

describe.skipIf(!isRoot)("a benchmark that misbehaves is a failure with a sentence, and leaves the others alone:", () => {
  test.each([
    ["ends with an exit code", "echo 0.001; echo oh no >&2; exit 3", "it ended with exit code 3: oh no"],
    ["crashes", "kill -SEGV $$", "it crashed with SIGSEGV"],
    ["prints nothing", "true", "it printed nothing; print seconds as the last line, a number alone, such as `0.125`"],
    [
      "prints nonsense",
      "echo hello",
      'it printed "hello", which is not exactly one number of seconds; print seconds as the last line, a number alone, such as `0.125`',
    ],
    [
      "prints nan",
      "echo nan",
      'it printed "nan", which is not exactly one number of seconds; print seconds as the last line, a number alone, such as `0.125`',
    ],
    [
      "prints a negative time",
      "echo '-0.5'",
      'it printed "-0.5"; seconds are above zero; print seconds as the last line, a number alone, such as `0.125`',
    ],
    ["prints 1 GB", "head -c 1073741824 /dev/zero", "it was killed: it printed more than 32 MB"],
    ["fails only later", "test $PYTHONHASHSEED != 3 && echo 0.000001", "it ended with exit code 1"],
  ])("one that %s", async (_, shellCommand, message) => {
    const { blocks, failures, interrupted } = await run([benchmark("bad", shellCommand), benchmark("good", "echo 0.000001")]);
    expect(failures).toMatchObject({ bad: { stage: "run", message } });
    expect(Object.keys(failures)).toEqual(["bad"]);
    expect(blocks.filter((block) => block.benchmark === "good")).toHaveLength(2);
    expect(interrupted).toEqual([]);
  });

  test("one that reports more time than there was", async () => {
    const { failures } = await run([benchmark("bad", "echo 100")]);
    expect(failures["bad"]?.message).toMatch(/^it reported 100 s but was gone after 0\.\d+ s$/);
  });

  test("one that hangs, which is killed at the limit with all it started", async () => {
    const { failures } = await run([benchmark("bad", "sleep 611 & wait")], { timeoutSeconds: 0.5 });
    expect(failures["bad"]?.message).toBe("it was killed at the time limit of 0.5 s");
    await expect.poll(() => sleeping(611)).toBe(false);
  });

  test("one that leaves a daemon holding its output: it is ended, and does not hold the measurement", async () => {
    // Away from the benchmark's group before the benchmark ends, as a daemon that means to stay is.
    const daemon = 'setsid sh -c "touch away; exec sleep 612" & until [ -e away ]; do :; done; echo 0.000001';
    const { failures } = await run([benchmark("bad", daemon)]);
    expect(failures["bad"]?.message).toMatch(/^it left processes running: ((sleep|sh|touch)(, )?)+$/);
    await expect.poll(() => sleeping(612)).toBe(false);
  });

  test("its last lines are kept", async () => {
    const { failures } = await run([benchmark("bad", "seq 100; echo the reason >&2; exit 1")]);
    expect(failures["bad"]?.output.split("\n")).toHaveLength(40);
    expect(failures["bad"]?.output).toMatch(/the reason$/);
  });
});

test.skipIf(!isRoot)(
  "a block that the processor slowed down in is taken again, at most five in a session; what stays is told",
  async () => {
    let throttled = 0;
    const read = async () => ({ load: 0.5, throttled: throttled++, swapped: 0 });
    const { blocks, events } = await run([benchmark("a", sound)], { samplesOf: () => 12, blockSize: 2, read });
    expect(events.filter((kind) => kind === "block retried")).toHaveLength(5);
    expect(blocks.map(({ samples }) => samples.length)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(blocks.map(({ conditions }) => conditions.throttled)).toEqual([1, 1, 1, 1, 1, 1]);
    // One dropped first process each time a first block was taken.
    expect(logged()).toHaveLength(12 + 1 + 5 * 2 + 1);
  },
);

test.skipIf(!isRoot)("what cannot even be started is no result: it stays owed, and the others are measured", async () => {
  const { blocks, failures, interrupted } = await run([
    benchmark("gone", "", { cwd: "/missing" }),
    benchmark("lost", "", { command: ["/no/such/program"] }),
    benchmark("good", "echo 0.000001"),
  ]);
  expect(failures).toEqual({});
  expect(interrupted).toMatchObject([
    { benchmark: "gone", cause: expect.stringContaining("its sandbox failed") },
    { benchmark: "lost", cause: expect.stringContaining("cannot be started") },
  ]);
  expect(blocks).toHaveLength(2);
});

test.skipIf(!isRoot)("a process that is killed once is tried again; one that is killed each time did it itself", async () => {
  const { blocks, failures, interrupted } = await run([
    benchmark("once", "[ -e once ] || { touch once; kill -KILL $$; }; echo 0.000001"),
    benchmark("always", "kill -KILL $$"),
  ]);
  expect(interrupted).toEqual([]);
  expect(failures).toMatchObject({ always: { message: "it was killed by SIGKILL, twice in a row" } });
  expect(blocks.map((block) => block.benchmark)).toEqual(["once", "once"]);
});

test.skipIf(!isRoot)("a benchmark that changes its own program fails; one that writes other files does not", async () => {
  write(join(folder, "module.py"), "1");
  const { failures } = await run([
    benchmark("writes", "echo $PYTHONHASHSEED > data.txt; echo 1 > new.py; echo 0.000001"),
    benchmark("edits", "[ $PYTHONHASHSEED = 4 ] && echo 2 > module.py; echo 0.000001"),
  ]);
  expect(failures).toEqual({ edits: { stage: "run", message: "it changed its own program while it ran: module.py", output: "" } });
});

test.skipIf(!isRoot)(
  "a benchmark may rewrite the sources that its preparation left to work on, and not what it prepared to run",
  async () => {
    const prepared = ["checker.tmpdir/main.py", "checker.tmpdir/native.so", "checker.tmpdir/venv/lib/site-packages/tool.py"];
    for (const path of prepared) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      write(join(folder, path), "1");
    }
    const { failures } = await run(
      prepared.map((path) => benchmark(path.replace(/^.*\//, ""), `[ $PYTHONHASHSEED = 4 ] && echo 2 > ${path}; echo 0.000001`)),
    );
    expect(Object.keys(failures).sort()).toEqual(["native.so", "tool.py"]);
  },
);

test.skipIf(!isRoot)("a benchmark reads what it is given, in whatever folder, and knows its account", async () => {
  mkdirSync(join(folder, "deep/packages"), { recursive: true });
  write(join(folder, "deep/packages/tiny.py"), "seconds = 0.000001");
  const readOnly = [join(folder, "deep/packages")];
  const environment = { ...environmentOf(account), PYTHONPATH: readOnly[0] ?? "" };
  const command = "test $(id -un) = nobody && test -r /etc/ld.so.cache && /usr/bin/python3 -c 'import tiny; print(tiny.seconds)'";
  const { failures, blocks, interrupted } = await run([benchmark("reads", command, { readOnly, environment, cwd: "/tmp" })], {
    isWithoutCopy: true,
    samplesOf: () => 2,
  });
  expect([failures, interrupted]).toEqual([{}, []]);
  expect(blocks).toHaveLength(1);
});

test.skipIf(!isRoot)("a benchmark sees no other process, no network, no home, and cannot write to the target", async () => {
  const looks =
    "ls -d /proc/[0-9]* | wc -l; ls -A /root /home /run /srv /var 2>/dev/null; cat /proc/net/dev | grep -c eth; touch /target/x; exit 7";
  const { failures } = await run([benchmark("looks", looks, { target: folder })]);
  // bwrap's first process, the sampler, the shell and what it runs.
  expect(failures["looks"]?.output).toMatch(/^[45]\n0\ntouch: cannot touch '\/target\/x': Read-only file system$/);
});

/** Whether a `sleep` of so many seconds runs on this machine. */
function sleeping(seconds: number): boolean {
  return readdirSync("/proc").some((entry) => {
    try {
      return readFileSync(`/proc/${entry}/cmdline`, "utf8") === `sleep\0${seconds}\0`;
    } catch {
      return false;
    }
  });
}
