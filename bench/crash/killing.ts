import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Inside, InsideProcess } from "../../lab/inside.ts";
import type { LabServer } from "../../lab/server.ts";
import type { Log } from "../../lab/progress.ts";
import { shuffled, type Random } from "../random.ts";
import { leftovers } from "./leftovers.ts";
import { stages, type Stage } from "./stage.ts";
import type { FinishedBlock, Moment, Watch } from "./watch.ts";

/** What dies: the runner alone, as the kernel out of memory kills, or all that it started with it. */
const modes = ["runner", "tree"] as const;
type Mode = (typeof modes)[number];
/** How a runner is started: by cron's line, or by hand. */
const starts = ["cron", "hand"] as const;

export interface Kill {
  stage: Stage;
  mode: Mode;
  aimedAt: Stage | "anywhere";
  /** What was on the disk only, then. */
  blocks: FinishedBlock[];
}

export interface Killed {
  kills: Kill[];
  /** What is there still, by the kill after which it was first seen. */
  since: Map<string, Kill>;
  /** Processes of a dead run that were seen at work beside the next one. */
  outlived: { process: string; kill: Kill }[];
  /** Lines in which runners told of trouble. */
  complaints: string[];
}

interface Runner {
  /** The one that measures. */
  process: InsideProcess;
  /** What the start began with: cron's flock, or the runner itself. */
  first: InsideProcess;
  begun: number;
}

/** Milliseconds after the stage was seen in which the kill comes, at most: about as long as the stage takes. */
const longest: Record<Stage | "anywhere", number> = {
  start: 900,
  fetch: 150,
  build: 500,
  measure: 700,
  store: 8,
  commit: 120,
  push: 200,
  reports: 300,
  anywhere: 2500,
};
const commands = {
  cron: "flock -w 60 -E 75 /run/evenkeel/lock /opt/evenkeel/current/evenkeel run --cron",
  hand: "/opt/evenkeel/current/evenkeel run",
};
/** Prints another time whenever it runs: a block that is measured again is another block. */
const nativeC = `#include <stdio.h>
#include <time.h>
int main(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  printf("0.0001%06ld\\n", now.tv_nsec / 1000);
  return 0;
}
`;
/** Runs that may end of themselves, one after the other, before it is clear that what is waited for does not come. */
const patience = 30;
const patienceSeconds = 60;
const trouble = /not published|continuing with the local clone|error|not measuring|fault|damaged|^\s+at |busy|\.lock|cannot lock/i;

/** Kills runners, one after the other: each is started as soon as the one before is dead. */
export class Killing {
  readonly #server: LabServer;
  readonly #inside: Inside;
  readonly #watch: Watch;
  readonly #random: Random;
  #revisions = new Set<string>();

  constructor(parts: { server: LabServer; inside: Inside; watch: Watch; random: Random }) {
    this.#server = parts.server;
    this.#inside = parts.inside;
    this.#watch = parts.watch;
    this.#random = parts.random;
  }

  async run(count: number, log: Log): Promise<Killed> {
    const killed: Killed = { kills: [], since: new Map(), outlived: [], complaints: [] };
    let aims: (Stage | "anywhere")[] = [];
    let orphans: InsideProcess[] = [];
    let misses = 0;
    while (killed.kills.length < count) {
      if (aims.length === 0) aims = shuffled([...stages, "anywhere", "anywhere"], this.#random);
      const aim = aims[0] ?? "anywhere";
      await this.#giveWork(aim);
      const runner = await this.#start();
      const kill = await this.#kill(runner, aim);
      killed.complaints.push(...this.#complaints(killed.kills.length + 1));
      misses = kill ? 0 : misses + 1;
      if (misses > patience) killed.complaints.push(`run ${killed.kills.length + 1}: ${misses} runs in a row ended before ${aim}`);
      if (misses > patience) break;
      if (!kill) continue;
      aims.shift();
      const before = killed.kills[killed.kills.length - 1];
      if (before && kill.stage !== "start") {
        const alive = orphans.filter(({ pid }) => this.#inside.isAlive(pid));
        killed.outlived.push(...alive.map(({ command }) => ({ process: command, kill: before })));
      }
      orphans = kill.orphans;
      killed.kills.push(kill);
      await this.#note(killed.since, kill);
      if (killed.kills.length % 10 === 0) log(`${killed.kills.length} of ${count} kills`);
    }
    return killed;
  }

  /** Something to measure, so that every stage comes; something to fetch. */
  async #giveWork(aim: Stage | "anywhere"): Promise<void> {
    const measured = this.#watch.measuredRevisions();
    const open = [...this.#revisions].filter((revision) => !measured.has(revision.slice(0, 12)));
    if (open.length > 0 && aim !== "fetch") return;
    const number = this.#revisions.size + 1;
    const behaviour = { seconds: 0.004 + number * 1e-7, spread: 0.2 };
    const change = { behaviour: { steady: behaviour, second: behaviour }, files: { "native.c": nativeC } };
    this.#revisions.add(await this.#server.push(`small: change ${number}`, change));
  }

  async #start(): Promise<Runner> {
    const start = pick(starts, this.#random);
    const begun = Date.now();
    const inner = await this.#server.startShell(commands[start]);
    for (const deadline = performance.now() + patienceSeconds * 1000; performance.now() < deadline; await sleep(1)) {
      const first = this.#inside.find(inner);
      if (!first) continue;
      const process =
        start === "hand" ? first : this.#inside.descendants(first.pid).find(({ command }) => command.includes("evenkeel run"));
      if (process) return { process, first, begun };
    }
    throw new Error(`no runner starts: ${await this.#server.output()}`);
  }

  /** undefined where the run ended before. */
  async #kill(runner: Runner, aim: Stage | "anywhere"): Promise<(Kill & { orphans: InsideProcess[] }) | undefined> {
    const pid = runner.process.pid;
    if (aim !== "anywhere" && !(await this.#reaches(runner, aim))) return undefined;
    await sleep(this.#random() * longest[aim]);
    const mode = pick(modes, this.#random);
    if (!signal(pid, "SIGSTOP")) return undefined;
    // Nothing moves any more in the runner: what is seen now is what the kill meets.
    const moment: Moment = await this.#watch.look(runner.process, runner.begun);
    const orphans = this.#inside.descendants(pid);
    signal(pid, "SIGKILL");
    if (mode === "tree") this.#endTree(runner.first, orphans);
    while (this.#inside.isAlive(pid)) await sleep(1);
    return { ...moment, mode, aimedAt: aim, orphans: orphans.filter((one) => this.#inside.isAlive(one.pid)) };
  }

  async #reaches(runner: Runner, stage: Stage): Promise<boolean> {
    const deadline = performance.now() + patienceSeconds * 1000;
    while (this.#inside.isAlive(runner.process.pid)) {
      if ((await this.#watch.look(runner.process, runner.begun)).stage === stage) return true;
      if (performance.now() > deadline) throw new Error(`a run does not end: ${await this.#server.output()}`);
      await sleep(1);
    }
    return false;
  }

  #endTree(first: InsideProcess, orphans: readonly InsideProcess[]): void {
    let tree = [first, ...orphans, ...this.#inside.descendants(first.pid)];
    while (tree.length > 0) {
      for (const { pid } of tree) signal(pid, "SIGKILL");
      tree = tree.flatMap(({ pid }) => this.#inside.descendants(pid));
    }
  }

  async #note(since: Map<string, Kill>, kill: Kill): Promise<void> {
    const there = new Set(await leftovers(this.#inside));
    for (const gone of [...since.keys()].filter((what) => !there.has(what))) since.delete(gone);
    for (const what of there) if (!since.has(what)) since.set(what, kill);
  }

  #complaints(run: number): string[] {
    const lines = readFileSync(this.#inside.path("/root/output"), "utf8").split("\n");
    return lines.filter((line) => trouble.test(line)).map((line) => `run ${run}: ${line}`);
  }
}

function pick<T>(things: readonly [T, ...T[]], random: Random): T {
  return things[Math.floor(random() * things.length)] ?? things[0];
}

/** false where the process is gone. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
