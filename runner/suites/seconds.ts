import type { SecondsFormat } from "./suite.ts";

export type ReadSeconds = { ok: true; seconds: number } | { ok: false; problem: string };

/** The seconds a sample reports about itself on standard output; what is no positive number is refused, with a sentence. */
export function readSeconds(format: SecondsFormat, stdout: string): ReadSeconds {
  if (stdout.trim() === "") return refused("it printed nothing");
  const text = format === "elapsed line" ? lastElapsed(stdout) : lastNumber(stdout);
  if (text === undefined) return refused(format === "elapsed line" ? "it printed no line `elapsed: <seconds>`" : "it printed no number");
  const seconds = text === "" ? NaN : Number(text);
  if (!Number.isFinite(seconds)) return refused(`it reported ${JSON.stringify(text.slice(0, 60))}, which is no number of seconds`);
  if (seconds <= 0) return refused(`it reported ${seconds} s; a time is above zero`);
  return { ok: true, seconds };
}

/** Compilers and benchmarks print before the result: only the last such line counts. */
function lastElapsed(stdout: string): string | undefined {
  return [...stdout.matchAll(/^elapsed:(.*)$/gm)].at(-1)?.[1]?.trim();
}

function lastNumber(stdout: string): string | undefined {
  return stdout.match(/[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|[-+]?\b(?:nan|inf(?:inity)?)\b/gi)?.at(-1);
}

function refused(problem: string): ReadSeconds {
  return { ok: false, problem };
}
