import leven from "leven";

/** Returns the candidate that a mistyped word most likely means, or undefined if none is similar. */
export function nearest(word: string, candidates: string[]): string | undefined {
  const plain = spelling(word);
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distanceOf(plain, spelling(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(plain.length / 3)) ? best.candidate : undefined;
}

/** Normalizes a word: case and separators are ignored, so `host_key` equals `hostKey`. */
function spelling(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Levenshtein distance, with two exchanged letters as one mistake. */
function distanceOf(a: string, b: string): number {
  const distance = leven(a, b);
  return distance === 2 && sorted(a) === sorted(b) ? 1 : distance;
}

function sorted(word: string): string {
  return word.split("").sort().join("");
}
