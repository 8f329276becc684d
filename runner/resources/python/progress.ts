import type { Progress } from "../job.ts";

/** Line that the build's script prints before each step. */
export const marks = {
  unpack: "evenkeel: unpack",
  configure: "evenkeel: configure",
  compile: "evenkeel: compile",
  install: "evenkeel: install",
};

interface Step {
  /** Pattern of the line that begins the step. */
  begins: RegExp;
  name: string;
  /** Share of the whole time. */
  share: number;
  /** Returns the progress of a step, 0 to 1, by its printed lines. */
  done: (lines: readonly string[], before: readonly string[]) => number;
}

/** Object files of the interpreter and its modules; unknown before the first compilation ends. */
const usualObjects = 330;

/** Steps of a build with a profile; shares are measured with Python 3.13 on two cores. */
const steps: readonly Step[] = [
  { begins: new RegExp(`^${marks.unpack}$`), name: "unpacking", share: 1, done: () => 0 },
  { begins: new RegExp(`^${marks.configure}$`), name: "configuring", share: 4, done: (lines) => lines.length / 800 },
  { begins: new RegExp(`^${marks.compile}$`), name: "compiling", share: 1, done: () => 0 },
  {
    begins: /^Building with support for profile generation:/,
    name: "compiling with instruments",
    share: 24,
    done: (lines) => objectsIn(lines) / usualObjects,
  },
  // make names the target; its own words about it come before the compilation.
  { begins: /^\S*make\b.* run_profile_task$/, name: "running the profile task", share: 35, done: testsDone },
  {
    begins: /^Rebuilding with profile guided optimizations:/,
    name: "compiling with the profile",
    share: 32,
    done: (lines, before) => objectsIn(lines) / Math.max(1, objectsIn(before)),
  },
  { begins: new RegExp(`^${marks.install}$`), name: "installing", share: 3, done: (lines) => lines.length / 8000 },
];

/** Returns the progress of a build of Python by its log. */
export function buildProgress(log: readonly string[]): Progress {
  let percent = 0;
  let current: { step: Step; from: number } | undefined;
  let skipped = 0;
  for (const step of steps) {
    const from = log.findIndex((line) => step.begins.test(line));
    if (from === -1) {
      skipped += step.share;
      continue;
    }
    percent += skipped + (current?.step.share ?? 0);
    skipped = 0;
    current = { step, from };
  }
  if (!current) return { step: "starting", percent: 0 };
  const { step, from } = current;
  const share = Math.min(0.99, step.done(log.slice(from), log.slice(0, from)));
  return { step: step.name, percent: percent + share * step.share };
}

function objectsIn(lines: readonly string[]): number {
  return lines.filter((line) => / -c .*-o \S+\.o\b/.test(line)).length;
}

/** By `0:01:02 load avg: 1.00 [12/43] test_json`, which Python's own tests print. */
function testsDone(lines: readonly string[]): number {
  const counts = lines.findLast((line) => /\[ *\d+\/\d+\]/.test(line));
  const [, begun = "1", all = "1"] = /\[ *(\d+)\/(\d+)\]/.exec(counts ?? "") ?? [];
  return (Number(begun) - 1) / Number(all);
}
