import { Inside } from "../../lab/inside.ts";
import { LabServer } from "../../lab/server.ts";
import type { Log } from "../../lab/progress.ts";
import { gitIn } from "../../lab/git.ts";
import { within } from "../../lab/within.ts";
import { seeded } from "../random.ts";
import { recordMoves, rewritten } from "./history.ts";
import { Killing, type Kill, type Killed } from "./killing.ts";
import { leftovers } from "./leftovers.ts";
import { measuredTwice, occurrences, readResults, type Results } from "./proof.ts";
import { stages, type Stage } from "./stage.ts";
import { Watch, type FinishedBlock } from "./watch.ts";

interface StageReport {
  kills: number;
  /** Those that waited for this very stage. */
  aimedAt: number;
  runnerOnly: number;
  wholeTree: number;
  /** Blocks that were on the disk only when a kill came. */
  finished: number;
  /** Of those: not exactly once in the results remote at the end. */
  lost: number;
  left: number;
}

export interface CrashReport {
  ok: boolean;
  seconds: number;
  /** Different blocks that were at risk, and sessions that the results remote has. */
  blocks: number;
  sessions: number;
  byStage: ReadonlyMap<Stage, StageReport>;
  /** What must not be, by kind. */
  faults: Record<"lost" | "torn" | "rewritten" | "measured twice" | "left" | "outlived" | "trouble", string[]>;
}

/** Kill runners on a lab host, let the last one finish, and look at everything. */
export async function killRunners({ kills, seed, host }: { kills: number; seed: number; host: string }, log: Log): Promise<CrashReport> {
  const started = performance.now();
  log(`a provisioned host ${host}`);
  const server = await LabServer.open({ name: host, benchmarks: ["steady", "second"], samples: 10 });
  const inside = new Inside(server.host);
  await recordMoves(server);
  await server.evenkeelOk("run");
  const mounts = inside.mounts();

  const killing = new Killing({ server, inside, watch: new Watch(inside), random: seeded(seed) });
  const killed = await killing.run(kills, log);
  log("the last run goes to its end");
  const trouble = await finish(server);

  const results = await resultsOf(server);
  const left = await leftAtEnd(server, inside, mounts);
  const lost = (block: FinishedBlock): boolean => {
    const { atItsIndex, anywhere } = occurrences(block, results.samples);
    return !atItsIndex || anywhere !== 1;
  };
  const blocks = new Map(killed.kills.flatMap((kill) => kill.blocks).map((block) => [nameOf(block), block]));
  const faults: CrashReport["faults"] = {
    lost: [...blocks.values()].filter(lost).map(nameOf),
    torn: results.torn,
    rewritten: await rewritten(inside),
    "measured twice": measuredTwice(results.sessions),
    left: left.map((what) => `${what} (since a kill in ${killed.since.get(what)?.stage ?? "no stage"})`),
    outlived: killed.outlived.map(({ process, kill }) => `${process} (of a kill in ${kill.stage})`),
    trouble: [...killed.complaints, ...trouble],
  };
  return {
    ok: Object.values(faults).every((found) => found.length === 0),
    seconds: Math.round((performance.now() - started) / 1000),
    blocks: blocks.size,
    sessions: results.sessions.length,
    byStage: byStage(killed, left, lost),
    faults,
  };
}

/** Until a run finds nothing to do. Returns what went wrong. */
async function finish(server: LabServer): Promise<string[]> {
  for (let run = 0; run < 5; run++) {
    const { stdout, stderr, exitCode } = await server.evenkeel("run");
    if (exitCode !== 0) return [`the last run: exit code ${exitCode}: ${stdout}${stderr}`];
    if (stdout.endsWith(" nothing to measure\n")) return oldReports(server);
  }
  return ["there is always something to measure"];
}

/** Reports rendered anew are those that are on their branch, or a run has forgotten to bring them. */
async function oldReports(server: LabServer): Promise<string[]> {
  const before = await server.remoteRefs();
  await server.evenkeelOk("report");
  return before === (await server.remoteRefs()) ? [] : ["the reports were not those of the last session"];
}

async function resultsOf(server: LabServer): Promise<Results> {
  const clone = await server.otherHost();
  return readResults(clone, (await gitIn(clone)`git ls-files`).stdout.trim().split("\n"));
}

async function leftAtEnd(server: LabServer, inside: Inside, mountsBefore: readonly string[]): Promise<string[]> {
  const changed = await server.root(
    "runuser -u benchmark -- git -C /srv/results status --porcelain; git -c safe.directory=* --git-dir=/srv/results/.git diff main origin/main --name-only",
  );
  // systemd looks away from an ended scope a moment after its last process.
  await within(60, async () => (await scopes(server)) === "");
  const units = await scopes(server);
  return [
    ...(await leftovers(inside)),
    ...inside
      .mounts()
      .filter((mount) => !mountsBefore.includes(mount))
      .map((mount) => `mount: ${mount}`),
    ...changed
      .split("\n")
      .filter(Boolean)
      .map((line) => `not as the remote: ${line}`),
    ...units
      .split("\n")
      .filter(Boolean)
      .map((line) => `unit: ${line}`),
  ];
}

function scopes(server: LabServer): Promise<string> {
  return server.root("systemctl list-units --all --plain --no-legend 'evenkeel-run-*'");
}

function byStage(
  { kills, since, outlived }: Killed,
  left: readonly string[],
  lost: (block: FinishedBlock) => boolean,
): Map<Stage, StageReport> {
  const stageReport = (stage: Stage): StageReport => {
    const here = kills.filter((kill) => kill.stage === stage);
    const blocks = here.flatMap((kill) => kill.blocks);
    const isOf = (kill: Kill | undefined): boolean => kill?.stage === stage;
    return {
      kills: here.length,
      aimedAt: here.filter(({ aimedAt }) => aimedAt === stage).length,
      runnerOnly: here.filter(({ mode }) => mode === "runner").length,
      wholeTree: here.filter(({ mode }) => mode === "tree").length,
      finished: blocks.length,
      lost: blocks.filter(lost).length,
      left: left.filter((what) => isOf(since.get(what))).length + outlived.filter(({ kill }) => isOf(kill)).length,
    };
  };
  return new Map(stages.map((stage) => [stage, stageReport(stage)]));
}

function nameOf({ session, benchmark, variant, first }: FinishedBlock): string {
  return `${session} ${benchmark} ${variant} from sample ${first}`;
}
