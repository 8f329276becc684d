import { expect, test } from "vitest";
import { scheduleOf } from "../../../../config/cron.ts";
import { nextLook } from "../../../../runner/commands/status/next-look.ts";

// Local times on both sides: cron's, and this process's.
const after = new Date(2026, 10, 25, 3, 47, 12);

test.each([
  ["*/20 * * * *", new Date(2026, 10, 25, 4, 0)],
  ["* * * * *", new Date(2026, 10, 25, 3, 48)],
  ["47 3 * * *", new Date(2026, 10, 26, 3, 47)],
  ["0,50 3-5 * * *", new Date(2026, 10, 25, 3, 50)],
  ["10-30/10 4 * * *", new Date(2026, 10, 25, 4, 10)],
  ["0 0 1 jan *", new Date(2027, 0, 1)],
  ["0 2 * * sun", new Date(2026, 10, 29, 2, 0)],
  ["0 2 * * 7", new Date(2026, 10, 29, 2, 0)],
  ["0 2 * * mon-fri", new Date(2026, 10, 26, 2, 0)],
  ["0 2 */10 * *", new Date(2026, 11, 1, 2, 0)],
  ["0 2 29 2 *", new Date(2028, 1, 29, 2, 0)],
  // Either day is enough where both are restricted; with a star in one, both must be.
  ["0 2 1 * fri", new Date(2026, 10, 27, 2, 0)],
  ["0 2 */31 * fri", new Date(2027, 0, 1, 2, 0)],
  ["0 2 1 * */5", new Date(2027, 0, 1, 2, 0)],
  ["0 2 29 2 */7", new Date(2032, 1, 29, 2, 0)],
])("after 3:47 on a Wednesday, cron with %s looks at %s", (times, expected) => {
  expect(nextLook(scheduleOf(times), after)).toEqual(expected);
});
