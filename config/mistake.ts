/** Mistake in one value, and its fix. The hint begins with an imperative, such as `write …`. */
export interface Mistake {
  message: string;
  hint: string;
}

/** Check of one value. Returns undefined if the value is valid. */
export type Rule = (value: string) => Mistake | undefined;

/** Formats a value for a message: quoted, on one line, cut at 60 characters. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value);
}
