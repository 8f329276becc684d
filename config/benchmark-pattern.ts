/** Returns whether a benchmark's name matches one of these patterns; `*` matches any characters, `?` a single one. */
export function isNamedBy(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matches(name, pattern));
}

/** Returns the entry for a benchmark: the one with its exact name, else the first with a pattern that matches. */
export function entryFor<T>(name: string, entries: readonly T[], patternsOf: (entry: T) => readonly string[]): T | undefined {
  return entries.find((entry) => patternsOf(entry).includes(name)) ?? entries.find((entry) => isNamedBy(name, patternsOf(entry)));
}

export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

/** Returns whether any name matches both patterns. */
export function canOverlap(a: string, b: string): boolean {
  // Entry j of row i: true if a.slice(i) and b.slice(j) can match the same name.
  let below: boolean[] = Array.from({ length: b.length + 1 }, (_, j) => /^\**$/.test(b.slice(j)));
  for (let i = a.length - 1; i >= 0; i--) {
    const row: boolean[] = [];
    for (let j = b.length; j >= 0; j--) {
      if (a[i] === "*") row[j] = below[j] === true || (j < b.length && row[j + 1] === true);
      else if (b[j] === "*") row[j] = row[j + 1] === true || below[j] === true;
      else row[j] = j < b.length && below[j + 1] === true && (a[i] === b[j] || a[i] === "?" || b[j] === "?");
    }
    below = row;
  }
  return below[0] === true;
}

/** Matches without a regular expression and backtracks to the last `*` only, so that no pattern takes exponential time. */
function matches(name: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let retry = 0;
  while (at < name.length) {
    if (pattern[inPattern] === "*") {
      star = inPattern++;
      retry = at;
    } else if (pattern[inPattern] === name[at] || pattern[inPattern] === "?") {
      at++;
      inPattern++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++retry;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(inPattern));
}
