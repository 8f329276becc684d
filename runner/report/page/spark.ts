/**
 * Encoding of a small chart as a string, one character per value: levels in `alphabet` from lowest to highest, `!` for a failure. It is
 * small enough for a chart of every benchmark in the overview.
 */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const failure = "!";

/** Smallest height of a chart as a share of the value, so that noise looks small. */
const leastHeight = 0.02;

/** Encodes values. @param values seconds; undefined is a failure. */
export function sparkText(values: readonly (number | undefined)[]): string {
  const known = values.filter((value) => value !== undefined);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const missing = Math.max(0, leastHeight * most - (most - least));
  const [low, high] = [least - missing / 2, most + missing / 2];
  const levels = alphabet.length - 1;
  return values.map((value) => (value === undefined ? failure : alphabet[Math.round(((value - low) / (high - low)) * levels)])).join("");
}

/** Decodes heights from 0 to 1; undefined is a failure. */
export function sparkHeights(text: string): (number | undefined)[] {
  return Array.from(text, (one) => (one === failure ? undefined : Math.max(0, alphabet.indexOf(one)) / (alphabet.length - 1)));
}
