import { readDeclaration } from "../../provision/host/declaration.ts";
import { lockHolder } from "../host/lock.ts";
import { journalNames } from "../store/journal.ts";
import { pendingFiles } from "../store/publish.ts";
import { readSessions } from "../store/sessions.ts";
import { machineText } from "../report/machine.ts";
import { machineVerdict, type MachineVerdict } from "../timeline/controls.ts";
import { sessionNoise } from "../timeline/noise.ts";
import { queued } from "../run.ts";
import type { Station } from "../station.ts";
import { paths } from "../../config/paths.ts";
import { namesNotApplied } from "./doctor.ts";
import { readHold, type Hold } from "./hold.ts";
import { readProgress, type Progress } from "./progress.ts";

/** What an operator wants to know first. */
export interface Status {
  host: string;
  environment: string;
  /** What tuning does here while something is measured. */
  tuning: string[];
  hold: Hold | undefined;
  /** The process that works now. */
  busy: string | undefined;
  progress: Progress | undefined;
  /** Declared resources that `pulumi up` did not get to. */
  notApplied: string[];
  lastSession: string | undefined;
  lastEnded: string | undefined;
  sessions: number;
  /** What controls say of the machine. */
  machine: MachineVerdict;
  queued: number;
  /** Sessions that a killed run left unfinished. */
  unfinished: number;
  unpublished: number;
}

export async function statusOf(station: Station): Promise<Status> {
  const { sessions } = await readSessions(station.results.root);
  const last = sessions[sessions.length - 1];
  const holder = await lockHolder();
  return {
    host: station.config.host,
    environment: station.environment.id,
    tuning: station.environment.tuning,
    hold: await readHold(),
    busy: holder?.command,
    progress: holder && (await readProgress()),
    notApplied: await namesNotApplied((await readDeclaration())?.resources ?? {}),
    lastSession: last?.id,
    lastEnded: last?.ended,
    sessions: sessions.length,
    machine: machineVerdict(sessions, station.environment.id, sessionNoise),
    queued: (await queued(station, { mayAsk: false })).length,
    unfinished: (await journalNames(paths.journal)).length,
    unpublished: (await pendingFiles(station.results, station.config.results.branch)).length,
  };
}

export function statusText(status: Status): string {
  const { progress } = status;
  const doing = progress
    ? `${progress.phase} of ${progress.subject}, since ${progress.since}${progress.total > 0 ? `: block ${progress.done} of ${progress.total}, ${progress.benchmark}` : ""}`
    : (status.busy ?? "nothing");
  const rows: [string, string][] = [
    ["host", status.host],
    ["environment", status.environment],
    ["tuning", status.tuning.join(", ") || "none"],
    ["doing", doing],
    ["hold", status.hold ? `since ${status.hold.since}: ${status.hold.why}` : "no"],
    ["declared", status.notApplied.length > 0 ? `not yet applied: ${status.notApplied.join(", ")}; run pulumi up` : "applied"],
    ["queue", `${status.queued} items`],
    ["sessions", `${status.sessions}${status.lastEnded ? `, the last ended ${status.lastEnded}` : ""}`],
    ["machine", machineText(status.machine)],
    ["unfinished", String(status.unfinished)],
    ["unpublished", `${status.unpublished} files`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(12)} ${value}`).join("\n");
}
