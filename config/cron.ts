import { quote, type Mistake } from "./mistake.ts";

/** One of the five fields of a cron line. `names[i]` stands for the number `low + i`. */
interface Field {
  what: string;
  low: number;
  high: number;
  names: string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const fields: Field[] = [
  { what: "minute", low: 0, high: 59, names: [] },
  { what: "hour", low: 0, high: 23, names: [] },
  { what: "day of the month", low: 1, high: 31, names: [] },
  { what: "month", low: 1, high: 12, names: months },
  { what: "day of the week", low: 0, high: 7, names: weekdays },
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

/**
 * Checks the five time fields of a line in /etc/cron.d. Everything Debian's cron refuses is refused, and so is what it takes but
 * silently misreads: a range that runs backwards, text after a number, a step longer than its field. Only digits, letters and
 * `* , - /` between blanks get through, so nothing can be smuggled into the file.
 */
export function cronMistake(text: string): Mistake | undefined {
  const spelledOut = nicknames.get(text.trim().toLowerCase());
  if (spelledOut !== undefined) return { message: `${quote(text)} is a nickname`, hint: `write "${spelledOut}"` };

  const parts = text.split(/[ \t]+/);
  if (parts.length !== fields.length || parts.includes("")) {
    const count = parts.filter((part) => part !== "").length;
    return {
      message: `${quote(text)} is no cron time: ${count === 5 ? "it has blanks at an end" : `it has ${count} ${count === 1 ? "field" : "fields"}, not 5`}`,
      hint: 'write minute, hour, day of the month, month and day of the week, as in "*/20 * * * *"',
    };
  }

  for (const [index, field] of fields.entries()) {
    for (const item of (parts[index] ?? "").split(",")) {
      const mistake = itemMistake(item, field);
      if (mistake) return { message: `${quote(text)} is no cron time: ${mistake.message}`, hint: mistake.hint };
    }
  }
  return undefined;
}

/** One item of a field's list: `*`, `N`, `N-M`, `*` with a step, `N-M` with a step. */
function itemMistake(item: string, field: Field): Mistake | undefined {
  const where = `the ${field.what} ${quote(item)}`;
  const match = /^(?:(?<all>\*)|(?<from>[0-9a-z]+)(?:-(?<to>[0-9a-z]+))?)(?:\/(?<step>[0-9]+))?$/i.exec(item);
  if (!match?.groups) {
    return { message: `${where} is not understood`, hint: `write ${exampleOf(field)}` };
  }
  const { all, from, to, step } = match.groups;
  const first = all === undefined ? numberOf(from ?? "", field) : field.low;
  const last = all === undefined ? numberOf(to ?? from ?? "", field) : field.high;
  if (first === undefined || last === undefined) {
    return { message: `${where} is outside ${field.low} to ${field.high}`, hint: `write ${exampleOf(field)}` };
  }
  if (first > last) return { message: `${where} runs backwards`, hint: `write ${forwards(first, last, field)}` };
  if (step === undefined) return undefined;
  if (all === undefined && to === undefined) {
    return { message: `${where} has a step without a range`, hint: `write ${first}-${field.high}/${step}` };
  }
  const size = field.high - field.low + 1;
  if (Number(step) < 1 || Number(step) > size) {
    return { message: `${where} has a step of ${step}`, hint: `write a step from 1 to ${size}` };
  }
  return undefined;
}

/** A backward range as it must be written; Sunday is 7 at a week's end. */
function forwards(first: number, last: number, field: Field): string {
  const low = field.names === weekdays ? 1 : field.low;
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
