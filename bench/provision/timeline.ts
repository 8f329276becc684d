import * as z from "zod";

/** What hook.js writes: a process began, or ended. Milliseconds since 1970. */
const eventSchema = z.union([
  z.object({ id: z.number(), command: z.string(), begins: z.number() }),
  z.object({ id: z.number(), ends: z.number() }),
]);

/** A process of one run of `up`, in milliseconds. */
export interface Life {
  command: string;
  begins: number;
  /** Infinity for one whose end nobody saw. */
  ends: number;
}

/** The parts of a run, in their order. Each moment belongs to one of them. A plugin that is no Node program is not seen to start. */
export const phases = [
  "the tool's start",
  "the engine's start",
  "the program's start, up to the probe",
  "the probe, over ssh",
  "the program, up to the plugin's start",
  "the plugin's start, and registering",
  "the engine's end",
  "the tool's end",
] as const;
export type Phase = (typeof phases)[number];

/** The processes of which a file of events tells. What starts a process and the process itself may both tell of it. */
export function livesIn(events: string): Life[] {
  const lives = new Map<number, Life>();
  for (const line of events.split("\n").filter(Boolean)) {
    const event = eventSchema.parse(JSON.parse(line));
    const known = lives.get(event.id);
    if ("command" in event)
      lives.set(event.id, { ends: Number.POSITIVE_INFINITY, ...known, command: event.command, begins: earlier(known, event.begins) });
    else if (known) known.ends = Math.min(known.ends, event.ends);
  }
  return [...lives.values()];
}

function earlier(known: Life | undefined, begins: number): number {
  return Math.min(known?.begins ?? begins, begins);
}

const isEngine = ({ command }: Life): boolean => /^\S*\/pulumi /.test(command);
const isProgram = ({ command }: Life): boolean => command.includes("/cmd/run");
const isPlugin = ({ command }: Life): boolean => command.includes("/pulumi-resource-command");
const isProbe = ({ command }: Life): boolean => /^(\S*\/)?ssh /.test(command);

/** Seconds that a run from `begins` to `ends` spent in each phase: together they are all of it. */
export function phasesOf(lives: readonly Life[], begins: number, ends: number): Record<Phase, number> {
  const phaseAt = phasesFrom(lives);
  const inside = lives.flatMap((life) => [life.begins, life.ends]).filter((moment) => moment > begins && moment < ends);
  const cuts = [begins, ...inside.sort((a, b) => a - b), ends];
  const seconds = Object.fromEntries(phases.map((phase) => [phase, 0])) as Record<Phase, number>;
  for (const [index, from] of cuts.slice(0, -1).entries()) {
    const to = cuts[index + 1] ?? ends;
    seconds[phaseAt((from + to) / 2)] += (to - from) / 1000;
  }
  return seconds;
}

/** Which phase a moment belongs to: that of what is innermost at work. */
function phasesFrom(lives: readonly Life[]): (moment: number) => Phase {
  const [engines, programs, probes, plugins] = [isEngine, isProgram, isProbe, isPlugin].map((is) => lives.filter(is));
  const first = (some: readonly Life[] = []): number => Math.min(...some.map((life) => life.begins));
  const isAtWork = (some: readonly Life[] = [], moment: number): boolean =>
    some.some((life) => life.begins <= moment && moment < life.ends);
  const inProgram = (moment: number): Phase => {
    if (moment < first(probes)) return "the program's start, up to the probe";
    return plugins?.length !== 0 && moment < first(plugins)
      ? "the program, up to the plugin's start"
      : "the plugin's start, and registering";
  };
  return (moment) => {
    if (isAtWork(probes, moment)) return "the probe, over ssh";
    if (isAtWork(programs, moment)) return inProgram(moment);
    if (isAtWork(engines, moment)) return moment < first(programs) ? "the engine's start" : "the engine's end";
    return moment < first(engines) ? "the tool's start" : "the tool's end";
  };
}
