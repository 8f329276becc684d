import { describe, expect, test } from "vitest";
import { livesIn, phases, phasesOf, type Life } from "../../../bench/provision/timeline.ts";

const never = Number.POSITIVE_INFINITY;
const life = (command: string, begins: number, ends: number): Life => ({ command, begins, ends });
const tool = life("/usr/bin/node /evenkeel/evenkeel.js up", 1_050, 5_990);
const engine = life("/root/.pulumi/versions/3.1.0/bin/pulumi up --yes", 1_400, 5_900);
const version = life("/usr/bin/node -v", 1_500, 1_600);
const program = life("/usr/bin/node /evenkeel/node_modules/@pulumi/pulumi/cmd/run/index.js --monitor 127.0.0.1:1", 2_000, 5_500);
const probe = life("ssh -F none root@127.0.0.1 node /opt/evenkeel/bundles/0123456789ab/evenkeel check", 3_000, 4_200);
const plugin = life("/usr/bin/node /root/.pulumi/plugins/resource-command-v1.2.1/pulumi-resource-command 127.0.0.1:2", 4_500, never);

describe("events of processes", () => {
  test("become lives, whoever told of them first", () => {
    const events = [
      { id: 7, command: "pulumi up", begins: 10 },
      { id: 7, ends: 30 },
      { id: 8, command: "node engine.ts", begins: 5.5 },
      { id: 9, command: "node plugin", begins: 20 },
      { id: 9, command: "node plugin 127.0.0.1:1", begins: 18 },
      { id: 8, ends: 41 },
      { id: 8, ends: 42 },
      { id: 3, ends: 50 },
    ];
    const lives = livesIn(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    expect(lives).toEqual([life("pulumi up", 10, 30), life("node engine.ts", 5.5, 41), life("node plugin 127.0.0.1:1", 18, never)]);
  });
});

describe("the phases of an up", () => {
  test("are cut where the innermost process begins and ends, and are all of it", () => {
    const found = phasesOf([tool, engine, version, program, probe, plugin], 1_000, 6_000);
    expect(phases.map((phase) => Number(found[phase].toFixed(3)))).toEqual([0.4, 0.6, 1, 1.2, 0.3, 1, 0.4, 0.1]);
    expect(phases.reduce((sum, phase) => sum + found[phase], 0)).toBeCloseTo(5);
  });

  test("a probe that begins before the engine is the probe's time all the same", () => {
    const early = life("/usr/bin/ssh root@127.0.0.1 node /opt/evenkeel/bundles/0123456789ab/evenkeel check", 1_200, 2_500);
    const found = phasesOf([tool, engine, early, program], 1_000, 6_000);
    expect(found["the probe, over ssh"]).toBeCloseTo(1.3);
    expect(found["the tool's start"]).toBeCloseTo(0.2);
    expect(found["the program's start, up to the probe"]).toBe(0);
    expect(found["the plugin's start, and registering"]).toBeCloseTo(3);
  });

  test("of a plugin that nobody saw start, all that the program does after the probe is its time", () => {
    const found = phasesOf([tool, engine, version, program, probe], 1_000, 6_000);
    expect(found["the program, up to the plugin's start"]).toBe(0);
    expect(found["the plugin's start, and registering"]).toBeCloseTo(1.3);
  });

  test("without a process that anybody saw, all of it is the tool's start", () => {
    expect(phasesOf([], 1_000, 6_000)["the tool's start"]).toBeCloseTo(5);
  });
});
