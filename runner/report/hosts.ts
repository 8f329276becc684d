import type { HostState } from "../model.ts";
import { commonModeIn } from "../timeline/common-mode.ts";
import { machineVerdict } from "../timeline/controls.ts";
import { failingBenchmarks } from "../timeline/failing.ts";
import { noiseIn } from "../timeline/noise.ts";
import type { Head } from "../timeline/results.ts";
import { selected } from "../timeline/selected.ts";
import { notInHistory } from "../timeline/timeline.ts";
import { benchmarkFile } from "../text/benchmark-file.ts";
import type { HostInput, Report, ReportInput } from "./input.ts";

/** Returns the names of all hosts with sessions, the most recent session first, then of hosts with only a state file, by name. */
export function hostNames(sessions: readonly Pick<Head, "host">[], states: readonly Pick<HostState, "host">[]): string[] {
  const measured = new Set([...sessions].reverse().map(({ host }) => host));
  return [...new Set([...measured, ...states.map(({ host }) => host).sort()])];
}

/** Returns a host's state as input of the reports. @param states of all hosts, this one's included. */
export function stated(state: HostState, states: readonly HostState[]): Partial<HostInput> {
  const { waiting, constant, paused, blocked, unlisted, program } = state;
  const newest = states.reduce((one, other) => (isNewer(other, one) ? other : one), state);
  return {
    backlog: waiting,
    ...(constant && { constant: new Set(constant) }),
    ...(paused !== undefined && { paused }),
    ...(blocked !== undefined && { blocked }),
    ...(unlisted && { unlisted }),
    ...(newest.program !== program && { programUnlike: newest.host }),
  };
}

function isNewer(one: HostState, other: HostState): boolean {
  return one.written === other.written ? one.host < other.host : one.written > other.written;
}

/** Returns the report of one host from its own results. Timelines never mix values of several hosts. */
export function reportOf({ hosts, target, ...input }: ReportInput, { name, ...host }: HostInput): Report {
  const results = selected(input.results, (session) => session.host === name);
  const { history } = input;
  const { benchmarks: listed, currentEnvironment: environment } = host;
  return {
    ...input,
    ...host,
    server: { name, target },
    isAlone: hosts.length === 1,
    results,
    scalingFiles: input.scalingFiles.filter((file) => file.host === name),
    decisions: input.decisions.filter((decision) => decision.host === name),
    notInHistory: notInHistory(results, history),
    machine: machineVerdict(results, environment, host.benchmarks),
    common: commonModeIn(results, noiseIn(results, { declared: listed })),
    failing: failingBenchmarks({ history, results, host: name, environment, listed }),
  };
}

/** Returns the name of a host in paths of reports. Names of hosts are untrusted text. */
export function hostFile(name: string): string {
  return benchmarkFile(name);
}

export function byHost(a: Report, b: Report): number {
  return a.server.name < b.server.name ? -1 : 1;
}
