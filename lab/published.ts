import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { Environment, Session, SessionSamples } from "../runner/model.ts";
import { readEnvironments, readSamples, readSessions } from "../runner/store/sessions.ts";
import { gitIn } from "./git.ts";
import type { Host } from "./host.ts";
import { cloneInto } from "./remote.ts";

/** The results remote at one moment. */
export interface Published {
  sessions: Session[];
  samples: SessionSamples[];
  environments: Environment[];
  files: string[];
  /** Titles and parents of the commits, oldest first. */
  commits: string[];
  parents: string[];
}

/** Clone the results remote of a host into a new folder, and read it. */
export async function clonePublished(host: Host, scratch: string): Promise<Published> {
  const root = join(await mkdtemp(join(scratch, "published-")), "main");
  await cloneInto(host, "results", root);
  const { sessions, damaged } = await readSessions(root);
  if (damaged.length > 0) throw new Error(JSON.stringify(damaged));
  return {
    sessions,
    samples: await Promise.all(sessions.filter(({ reason }) => reason !== "import").map(({ id }) => readSamples(root, id))),
    environments: (await readEnvironments(root)).environments,
    files: (await gitIn(root)`git ls-files`).stdout.trim().split("\n"),
    commits: (await gitIn(root)`git log --reverse --format=%s`).stdout.trim().split("\n"),
    parents: (await gitIn(root)`git log --reverse --format=%p`).stdout.trimEnd().split("\n"),
  };
}

/** The revision a session measured, "baseline" for the interpreter itself. */
export function subjectOf({ subject }: Session): string {
  return subject.kind === "baseline" ? "baseline" : subject.revision;
}
