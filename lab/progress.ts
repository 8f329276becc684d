/** Tells of a step of long work, as one line. */
export type Log = (line: string) => void;

export const silent: Log = () => {};

/** Lines on stderr, each with the seconds since the first. */
export function logWithElapsed(): Log {
  const started = performance.now();
  return (line) => {
    const seconds = Math.floor((performance.now() - started) / 1000);
    process.stderr.write(`${String(seconds).padStart(5)} s  ${line}\n`);
  };
}
