/** Parses CPU numbers in the kernel's format, `0-3,8`, or systemd's, `0-3 8`. Ignores invalid parts. */
export function readCpuList(text: string): number[] {
  return text
    .split(/[\s,]+/)
    .filter((range) => /^\d+(-\d+)?$/.test(range))
    .flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
    });
}

/** Formats CPU numbers as the kernel does, so that a setting reads back exactly as written. */
export function writeCpuList(cpus: Iterable<number>): string {
  const ranges: { first: number; last: number }[] = [];
  for (const cpu of [...new Set(cpus)].sort((a, b) => a - b)) {
    const range = ranges[ranges.length - 1];
    if (range?.last === cpu - 1) range.last = cpu;
    else ranges.push({ first: cpu, last: cpu });
  }
  return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(",");
}
