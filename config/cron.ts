import { quote, type Mistake } from "./mistake.ts";

/** One of the five fields of a cron line. `names[i]` means the number `low + i`. */
interface Field {
  what: string;
  low: number;
  high: number;
  names: string[];
}

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const fields: Field[] = [
  { what: "minute", low: 0, high: 59, names: [] },
  { what: "hour", low: 0, high: 23, names: [] },
  { what: "day of the month", low: 1, high: 31, names: [] },
  { what: "month", low: 1, high: 12, names: monthNames },
  { what: "day of the week", low: 0, high: 7, names: weekdayNames },
];

const nicknames = new Map(
  Object.entries({
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
  }),
);

/** Times of a line in /etc/cron.d, each field as the set of numbers that it matches. */
export interface Schedule {
  minutes: ReadonlySet<number>;
  hours: ReadonlySet<number>;
  /** Days of the month, from 1. */
  days: ReadonlySet<number>;
  /** Months from 1 (January). */
  months: ReadonlySet<number>;
  /** Days of the week from 0 (Sunday) to 6. */
  weekdays: ReadonlySet<number>;
  /**
   * True if a match of either day field is enough. In Debian's cron that holds if neither day field begins with a star; a star with a step
   * is a star, too. Otherwise both must match.
   */
  isEitherDayEnough: boolean;
}

/**
 * Returns the mistake in the five time fields of a line in /etc/cron.d, or undefined. Rejects everything that Debian's cron rejects.
 *
 * Also rejects text that cron accepts but misreads: a backward range, text after a number, a step longer than its field. Dates that never
 * occur are mistakes, too. Valid text has digits, letters and `* , - /` between blanks only, so it cannot inject another line into the file.
 */
export function cronMistake(text: string): Mistake | undefined {
  const parsed = parse(text);
  return "message" in parsed ? parsed : undefined;
}

/** Parses a schedule that the configuration accepted. @throws Error for invalid text. */
export function scheduleOf(text: string): Schedule {
  const parsed = parse(text);
  if ("message" in parsed) throw new Error(parsed.message);
  return parsed;
}

function parse(text: string): Schedule | Mistake {
  const spelledOut = nicknames.get(text.trim().toLowerCase());
  if (spelledOut !== undefined)
    return { message: `cron nicknames such as ${quote(text)} are not supported`, hint: `write "${spelledOut}"` };

  const parts = text.split(/[ \t]+/);
  if (parts.length !== fields.length || parts.includes("")) {
    const count = parts.filter((part) => part !== "").length;
    const found = count === 5 ? "remove the blanks at its ends" : `it has ${count} ${count === 1 ? "field" : "fields"}, not 5`;
    return {
      message: `${quote(text)} is not a valid cron time: ${found}`,
      hint: 'write minute, hour, day of the month, month and day of the week, as in "*/20 * * * *"',
    };
  }

  const numbers: Set<number>[] = [];
  for (const [index, field] of fields.entries()) {
    const passing = numbersOf(parts[index] ?? "", field);
    if (!(passing instanceof Set)) return { message: `${quote(text)} is not a valid cron time: ${passing.message}`, hint: passing.hint };
    numbers.push(passing);
  }
  const [minutes = none, hours = none, days = none, months = none, weekdays = none] = numbers;
  const isEitherDayEnough = [2, 4].every((index) => parts[index]?.startsWith("*") === false);
  const schedule = { minutes, hours, days, months, weekdays: new Set([...weekdays].map((day) => day % 7)), isEitherDayEnough };
  return neverComes(schedule)
    ? {
        message: `${quote(text)} never occurs: its months are shorter`,
        hint: `write a day of the month from 1 to ${longestOf(schedule)}, or another month`,
      }
    : schedule;
}

function neverComes(schedule: Schedule): boolean {
  const most = longestOf(schedule);
  return !schedule.isEitherDayEnough && [...schedule.days].every((day) => day > most);
}

/** Returns the number of days of the schedule's longest month. */
function longestOf({ months }: Schedule): number {
  return Math.max(...[...months].map((month) => daysOfMonths[month - 1] ?? 0));
}

const none: ReadonlySet<number> = new Set();

/** Days of each month in a leap year. */
const daysOfMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Returns the numbers that a field matches. */
function numbersOf(part: string, field: Field): Set<number> | Mistake {
  const numbers = new Set<number>();
  for (const item of part.split(",")) {
    const range = rangeOf(item, field);
    if ("message" in range) return range;
    for (let number = range.first; number <= range.last; number += range.step) numbers.add(number);
  }
  return numbers;
}

/** Parses one item of a field's list: `*`, `N`, `N-M`, `*` with a step, `N-M` with a step. */
function rangeOf(item: string, field: Field): { first: number; last: number; step: number } | Mistake {
  const where = `the ${field.what} ${quote(item)}`;
  const match = /^(?:(?<all>\*)|(?<from>[0-9a-z]+)(?:-(?<to>[0-9a-z]+))?)(?:\/(?<step>[0-9]+))?$/i.exec(item);
  if (!match?.groups) {
    return { message: `${where} is invalid`, hint: `write ${exampleOf(field)}` };
  }
  const { all, from, to, step } = match.groups;
  const first = all === undefined ? numberOf(from ?? "", field) : field.low;
  const last = all === undefined ? numberOf(to ?? from ?? "", field) : field.high;
  if (first === undefined || last === undefined) {
    return { message: `${where} is outside ${field.low} to ${field.high}`, hint: `write ${exampleOf(field)}` };
  }
  if (first > last) return { message: `${where} runs backwards`, hint: `write ${forwards(first, last, field)}` };
  if (step === undefined) return { first, last, step: 1 };
  if (all === undefined && to === undefined) {
    return { message: `${where} has a step without a range`, hint: `write ${first}-${field.high}/${step}` };
  }
  const size = field.high - field.low + 1;
  if (Number(step) < 1 || Number(step) > size) {
    return { message: `${where} has a step of ${step}`, hint: `write a step from 1 to ${size}` };
  }
  return { first, last, step: Number(step) };
}

/** Rewrites a backward range as forward ranges. Sunday is 7 at the end of a week. */
function forwards(first: number, last: number, field: Field): string {
  const low = field.names === weekdayNames ? 1 : field.low;
  const spans = [
    [first, field.high],
    [low, last],
  ].filter(([from = 0, to = 0]) => from <= to);
  return spans.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(",");
}

function numberOf(text: string, field: Field): number | undefined {
  if (/^[0-9]+$/.test(text)) {
    const number = Number(text);
    return number >= field.low && number <= field.high ? number : undefined;
  }
  const position = field.names.indexOf(text.toLowerCase());
  return position === -1 ? undefined : field.low + position;
}

function exampleOf(field: Field): string {
  const [name] = field.names;
  const names = name === undefined ? "" : `, or a name such as ${name}`;
  return `*, a number from ${field.low} to ${field.high}, a range ${field.low}-${field.high}, a list or a step such as */2${names}`;
}
