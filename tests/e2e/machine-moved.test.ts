import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { gitIn } from "../../lab/git.ts";
import { LabServer } from "../../lab/server.ts";
import { subjectOf } from "../../lab/published.ts";
import type { Behaviour } from "../../lab/small-target.ts";
import { fingerprintOf } from "../../runner/suites/fingerprint.ts";
import { isDrawn, isoWeek } from "../../runner/queue/control-sampling.ts";
import { inLab } from "../lab/in-lab.ts";

const names = Array.from({ length: 12 }, (_, number) => `m${number}`);
const noise = 0.002;
const statusSchema = z.object({ machine: z.object({ verdict: z.string(), since: z.string().optional(), ratio: z.number().optional() }) });
/** Revisions before the one that is drawn as a control. */
const undrawn = 5;
const hour = 3_600_000;

/** A changed file, and so another program, that takes as long as the others. */
function behaviour(step: number): Record<string, Behaviour> {
  return Object.fromEntries([...names, `step ${step}`].map((name) => [name, { seconds: 0.004, noise }]));
}

const buildSchema = z.object({
  subject: z.object({ kind: z.string() }),
  benchmarks: z.array(
    z.object({ runnable: z.object({ benchmark: z.string(), workload: z.string(), fingerprint: z.string().exactOptional() }) }),
  ),
});

/** Returns the fingerprint of each benchmark's program in a revision with this `behaviour.json`. */
type Programs = (behaviourFile: string) => Record<string, string>;

function hashOf(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Learns how programs are named from the build of the one revision there is. */
async function programsOf(server: LabServer): Promise<Programs> {
  const folders = await server.list("/srv/state/builds");
  const builds = await Promise.all(
    folders.map(async (folder) => buildSchema.parse(JSON.parse(await server.root(`cat /srv/state/builds/${folder}/build.json`)))),
  );
  const build = builds.find(({ subject }) => subject.kind === "revision");
  const runnables = (build?.benchmarks ?? []).map(({ runnable }) => runnable).filter(({ benchmark }) => names.includes(benchmark));
  const bench = await readFile(join(server.target, "bench.py"), "utf8");
  const programs: Programs = (behaviourFile) => {
    const libraries = `${hashOf(bench)}  bench.py\n${hashOf(behaviourFile)}  behaviour.json\n`;
    return Object.fromEntries(
      runnables.map(({ benchmark, workload }) => [
        benchmark,
        fingerprintOf({ variant: "compiled", workload, libraries, dependencies: [] }),
      ]),
    );
  };
  const known = Object.fromEntries(runnables.map(({ benchmark, fingerprint }) => [benchmark, fingerprint]));
  expect(programs(await readFile(join(server.target, "behaviour.json"), "utf8"))).toEqual(known);
  return programs;
}

/** Finds steps whose programs are, or are not, drawn as controls this week, and the next where it begins within the hour. */
function stepsOf(programs: Programs, drawn: boolean, count: number): number[] {
  const weeks = [0, hour].map((later) => isoWeek(new Date(Date.now() + later).toISOString().slice(0, 10)));
  const fits = (step: number) => {
    const fingerprints = programs(`${JSON.stringify(behaviour(step))}\n`);
    return weeks.every((week) => isDrawn({ fingerprints }, week) === drawn);
  };
  const steps: number[] = [];
  for (let step = 1; steps.length < count; step++) if (fits(step)) steps.push(step);
  return steps;
}

// Its programs are files, so that they can be told apart and measured again.
describe.skipIf(!inLab)("a machine that moved", () => {
  let server: LabServer;
  let since: string;
  let before: string;

  const machine = async () => statusSchema.parse(JSON.parse(await server.evenkeelOk("status --json"))).machine;
  const controls = async () => (await server.published()).sessions.filter(({ reason }) => reason === "control");

  beforeAll(async () => {
    const commands = names.map((name) => ({ name, run: `python3 bench.py ${name}`, program: ["bench.py", "behaviour.json"] }));
    server = await LabServer.open({ name: "moved", benchmarks: [], commands });
  });
  afterAll(() => server?.remove());

  test("is no matter as long as no program that was measured is measured again", async () => {
    // `run` would measure a control at once, in a week in which the first revision is drawn.
    const first = (await gitIn(server.target)`git rev-parse HEAD`).stdout.trim();
    await server.evenkeelOk(`measure ${first} --no-publish`);
    const programs = await programsOf(server);
    for (const step of [...stepsOf(programs, false, undrawn), ...stepsOf(programs, true, 1)]) {
      await server.commit(`small: step ${step}`, { behaviour: behaviour(step) });
    }
    await server.pushTarget();
    await server.evenkeelOk("collect v0..main --no-publish");
    expect(await server.evenkeelOk("queue")).toContain("control of week");
    expect(await machine()).toMatchObject({ verdict: "too few" });
  });

  test("is suspected by one set of controls, confirmed at once by others, and told", async () => {
    await server.slowDown(1.05);
    await server.measureAll();
    expect((await controls()).length).toBeGreaterThan(1);
    const found = await machine();
    expect(found.verdict).toBe("moved");
    expect(found.ratio).toBeGreaterThan(1.045);
    expect(found.ratio).toBeLessThan(1.055);
    since = found.since ?? "";
    expect(await server.report("README.md")).toMatch(/machine \| machine shift: unchanged programs run [45]\.\d\d % slower/);
    before = (await server.published()).sessions[0]?.environment ?? "";
  });

  test("is declared: what was measured since is another environment, and is linked with what was before", async () => {
    // It came while nobody had declared it.
    const stray = await server.push("small: measured in between", { behaviour: behaviour(0) });
    await server.evenkeelOk("run --no-publish");
    await server.change({ environment: { machineShifts: [{ since, why: "a new fan" }] } });
    await server.measureAll();
    const { sessions, files } = await server.published();
    const after = sessions.at(-1)?.environment ?? "";
    expect(after).not.toBe(before);
    expect(sessions.find((session) => subjectOf(session) === stray)?.environment).toBe(after);
    expect(files.some((path) => path.startsWith("scaling/"))).toBe(true);
    const page = await server.report("reports/benchmarks/m1.md");
    expect(page).toMatch(/machine shift&#58; a new fan\*\*: older values × 1\.0[45]\d\d ± /);
    expect(page).not.toContain("not yet linked");
    expect((await machine()).verdict).not.toBe("moved");
  });
});
