/** Returns whether a benchmark has one of these names; `*` stands for any characters, `?` for one. */
export function isNamedBy(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matches(name, pattern));
}

/** The entry that names a benchmark: by its very name, or else by a pattern. */
export function entryFor<T>(name: string, entries: readonly T[], patternsOf: (entry: T) => readonly string[]): T | undefined {
  return entries.find((entry) => patternsOf(entry).includes(name)) ?? entries.find((entry) => isNamedBy(name, patternsOf(entry)));
}

export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

/** Returns whether some name could match both patterns. */
export function canOverlap(a: string, b: string): boolean {
  // Entry j of a row: whether the rest of `a` from the row on and the rest of `b` from j on can match one name.
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

/** Compares without a regular expression, so that no pattern takes long: goes back to the last `*` only. */
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
