/** What is wrong with one value, and what to write instead (begins with `write …` or a command to run). */
export interface Mistake {
  message: string;
  hint: string;
}

/** A check of one value: undefined where it is right. */
export type Rule = (value: string) => Mistake | undefined;

/** A value as it is shown in a message: quoted, on one line, cut at 60 characters. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value);
}
