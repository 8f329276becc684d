/** The lowest number of a field, and the names its numbers have from there. */
interface Field {
  low: number;
  names: readonly string[];
}

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const clock: Field = { low: 0, names: [] };
const dayOfMonth: Field = { low: 1, names: [] };
const month: Field = { low: 1, names: monthNames };
const weekday: Field = { low: 0, names: dayNames };
const minute = 60_000;
/** A 29th of February is at most eight years away. */
const farthestDays = 8 * 366;

/**
 * When cron looks next, after a moment, in the time zone of this process. Days are told apart as Debian's cron does: of a day of the
 * month and a day of the week that are both restricted, one is enough.
 * @param times five fields that config/cron.ts has checked.
 */
export function nextLook(times: string, after: Date): Date | undefined {
  const [minutes = "", hours = "", days = "", months = "", weekdays = ""] = times.split(/[ \t]+/);
  const isDay = (day: Date): boolean => {
    const ofMonth = matches(days, day.getDate(), dayOfMonth);
    const ofWeek = matches(weekdays, day.getDay(), weekday) || (day.getDay() === 0 && matches(weekdays, 7, weekday));
    const either = !days.startsWith("*") && !weekdays.startsWith("*");
    return matches(months, day.getMonth() + 1, month) && (either ? ofMonth || ofWeek : ofMonth && ofWeek);
  };
  const first = new Date(Math.floor(after.getTime() / minute + 1) * minute);
  for (let ahead = 0; ahead < farthestDays; ahead++) {
    const midnight = new Date(first.getFullYear(), first.getMonth(), first.getDate() + ahead);
    if (!isDay(midnight)) continue;
    const next = new Date(midnight.getFullYear(), midnight.getMonth(), midnight.getDate() + 1).getTime();
    for (let time = Math.max(midnight.getTime(), first.getTime()); time < next; time += minute) {
      const at = new Date(time);
      if (matches(hours, at.getHours(), clock) && matches(minutes, at.getMinutes(), clock)) return at;
    }
  }
  return undefined;
}

/** Whether a field lets a number through. */
function matches(text: string, value: number, { low, names }: Field): boolean {
  const numberOf = (word: string): number => (/^\d+$/.test(word) ? Number(word) : low + names.indexOf(word.toLowerCase()));
  return text.split(",").some((item) => {
    const [range = "", step = "1"] = item.split("/");
    if (range === "*") return (value - low) % Number(step) === 0;
    const [from = "", to = from] = range.split("-");
    const first = numberOf(from);
    return value >= first && value <= numberOf(to) && (value - first) % Number(step) === 0;
  });
}
