import type { Schedule } from "../../../config/cron.ts";

const minute = 60_000;
/** Days to search: a 29th of February on a given weekday is at most forty years away. */
const farthestDays = 40 * 366;

/** Returns the next run of a schedule after a time, in the time zone of this process. */
export function nextLook(schedule: Schedule, after: Date): Date | undefined {
  const first = new Date(Math.floor(after.getTime() / minute + 1) * minute);
  for (let ahead = 0; ahead < farthestDays; ahead++) {
    const midnight = new Date(first.getFullYear(), first.getMonth(), first.getDate() + ahead);
    if (!isDay(schedule, midnight)) continue;
    const next = new Date(midnight.getFullYear(), midnight.getMonth(), midnight.getDate() + 1).getTime();
    for (let time = Math.max(midnight.getTime(), first.getTime()); time < next; time += minute) {
      const at = new Date(time);
      if (schedule.hours.has(at.getHours()) && schedule.minutes.has(at.getMinutes())) return at;
    }
  }
  return undefined;
}

function isDay({ days, months, weekdays, isEitherDayEnough }: Schedule, day: Date): boolean {
  if (!months.has(day.getMonth() + 1)) return false;
  const [ofMonth, ofWeek] = [days.has(day.getDate()), weekdays.has(day.getDay())];
  return isEitherDayEnough ? ofMonth || ofWeek : ofMonth && ofWeek;
}
