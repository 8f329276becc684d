import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { commitAll, gitIn } from "../../lab/git.ts";
import { sshOk, upHost, type Host } from "../../lab/host.ts";
import { localRepositories, provision, removeServer, serveMypy, writeConfiguration } from "../../lab/mypy-server.ts";
import type { Log } from "../../lab/progress.ts";
import { pushFolder } from "../../lab/remote.ts";
import type { Session } from "../../runner/model.ts";
import { readSession } from "../../runner/store/sessions.ts";
import { commitNeighbours } from "./neighbours.ts";

/** What one revision came to. */
export interface Measurement {
  revision: string;
  session: Session;
  /** All that the command took, its start included. */
  wallSeconds: number;
  /** By step, as the runner tells it. */
  seconds: Record<string, number>;
  /** Steps of its build; none where nothing was built. */
  build: Record<string, number>;
}

/** A server that measures two releases of mypy and ten revisions after them, with nothing measured yet. */
export interface MypyServer {
  host: Host;
  /** Ids, oldest first. */
  releases: string[];
  neighbours: string[];
}

const releases = 2;

/** @param budgetMinutes of samples a revision. */
export async function openServer(name: string, budgetMinutes: number, log: Log): Promise<MypyServer> {
  await removeServer(name, log);
  const host = await upHost({ name, release: "trixie", log });
  await serveMypy(host, releases, log);
  const target = join(localRepositories(host), "mypy");
  const released = (await gitIn(target)`git rev-list --reverse main`).stdout.trim().split("\n");
  const neighbours = await commitNeighbours(target);
  await pushFolder(host, "mypy", target);
  const config = await writeConfiguration(host, { "schedule.enabled": false, "measure.budgetMinutes": budgetMinutes });
  await provision(host, config, log);
  return { host, releases: released, neighbours };
}

/** Times that a sample's work is done, for processes of .3 s: the mean of mypyc's own suite; the sample suite's take .04 s. */
const repetitions = 30;

/** From now on the suite's samples take as long as those of a real one. */
export async function lengthenSamples(host: Host): Promise<void> {
  const suite = join(localRepositories(host), "suite");
  const file = join(suite, "benchmarking.py");
  const text = await readFile(file, "utf8");
  const once = "            info.perform(context)\n";
  if (!text.includes(once)) throw new Error(`${file} does not perform a benchmark as expected`);
  await writeFile(file, text.replace(once, `            for _ in range(${repetitions}):\n    ${once}`));
  await commitAll(suite, "Longer samples", Number((await gitIn(suite)`git show -s --format=%ct`).stdout) + 86_400);
  await pushFolder(host, "suite", suite);
}

const resultSchema = z.object({
  exitCode: z.number(),
  sessions: z.array(z.object({ session: z.string() })).length(1),
  seconds: z.record(z.string(), z.number()),
});
const buildSchema = z.object({ id: z.string(), durations: z.record(z.string(), z.number()) });

/** Measure one revision, as an operator does. @param options further ones of the command. */
export async function measureRevision(host: Host, revision: string, options = ""): Promise<Measurement> {
  const before = await buildOf(host, revision);
  const started = performance.now();
  const printed = await sshOk(host, `/opt/evenkeel/current/evenkeel measure ${revision} --json ${options}`);
  const wallSeconds = (performance.now() - started) / 1000;
  const { sessions, seconds } = resultSchema.parse(JSON.parse(printed));
  const session = await readSession(join(host.root, "srv/results"), sessions[0]?.session ?? "");
  if (!session) throw new Error(`the session of ${revision} cannot be read`);
  const after = await buildOf(host, revision);
  const isNew = after !== undefined && after.id !== before?.id;
  return { revision, session, wallSeconds, seconds, build: isNew ? after.durations : {} };
}

/** The cached build of a revision that was used last, if it has one: another form of the suite has another. */
async function buildOf(host: Host, revision: string): Promise<z.infer<typeof buildSchema> | undefined> {
  const records = `/srv/state/builds/${revision.slice(0, 12)}-*/build.json`;
  const text = await sshOk(host, `newest=$(ls -t ${records} 2>/dev/null | head -1); test -z "$newest" || cat "$newest"`);
  return text === "" ? undefined : buildSchema.parse(JSON.parse(text));
}
