import leven from "leven";

/** The candidate a mistyped word most likely meant; undefined where none is near. */
export function nearest(word: string, candidates: string[]): string | undefined {
  const plain = spelling(word);
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distanceOf(plain, spelling(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(plain.length / 3)) ? best.candidate : undefined;
}

/** Case and separators do not count: `host_key` is `hostKey`. */
function spelling(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Levenshtein's, but exchanged letters are one mistake. */
function distanceOf(a: string, b: string): number {
  const distance = leven(a, b);
  return distance === 2 && sorted(a) === sorted(b) ? 1 : distance;
}

function sorted(word: string): string {
  return word.split("").sort().join("");
}
