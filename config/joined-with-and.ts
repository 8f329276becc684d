/** Joins words as a list in a sentence: `a, b and c`. */
export function joinedWithAnd(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
