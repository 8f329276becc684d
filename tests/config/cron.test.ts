import { expect, test } from "vitest";
import { cronMistake } from "../../config/cron.ts";

// Times that crontab(1) of Debian 12 (cron 3.0pl1-162) accepts and interprets as written.
test.each([
  "*/20 * * * *",
  "* * * * *",
  "1,2,3-5,10-20/2 * * * *",
  "*,5 * * * *",
  "*/5,7 * * * *",
  "5-5 * * * *",
  "000000000005 * * * *",
  "0 0 29 2 *",
  "0 0 31 2 fri",
  "0 0 31 2,3 *",
  "0 0 * jan *",
  "0 0 * JAN-mar *",
  "0 0 * jan,feb *",
  "* * * jan-dec/2 *",
  "0 0 1 */3 *",
  "0 0 * * 7",
  "0 0 * * Sun",
  "0 0 * * mon-fri",
  "0 0 * * sun-tue",
  "0 0 * * 5-7",
  "0 0 * * 0-7",
  "* * * * mon-3",
  "*/60 * * * *",
  "0-23/2 */24 * * *",
  "0\t3  * * *",
])("%j is accepted", (text) => {
  expect(cronMistake(text)).toBeUndefined();
});

// Times that it rejects.
test.each([
  ["5/10 * * * *", "write 5-59/10"],
  ["1/1 * * * *", "write 1-59/1"],
  ["*/0 * * * *", "from 1 to 60"],
  ["0-59/0 * * * *", "from 1 to 60"],
  ["*/-5 * * * *", "from 0 to 59"],
  ["60 * * * *", "from 0 to 59"],
  ["0 24 * * *", "from 0 to 23"],
  ["0 0 0 * *", "from 1 to 31"],
  ["0 0 32 * *", "from 1 to 31"],
  ["0 0 * 13 *", "a name such as jan"],
  ["0 0 * 0 *", "from 1 to 12"],
  ["0 0 * january *", "a name such as jan"],
  ["0 0 * * 8", "from 0 to 7"],
  ["0 0 * * monday", "a name such as sun"],
  ["0 mon * * *", "from 0 to 23"],
  ["jan * * * *", "from 0 to 59"],
  ["1,,2 * * * *", "a list"],
  [",1 * * * *", "a list"],
  ["1, * * * *", "a list"],
  ["1-10/ * * * *", "a step"],
  ["1- * * * *", "a range"],
  ["0 0 L * *", "from 1 to 31"],
  ["0 0 ? * *", "from 1 to 31"],
  ["0 0 15W * *", "from 1 to 31"],
  ["H * * * *", "from 0 to 59"],
  ["-1 * * * *", "from 0 to 59"],
  ["+5 * * * *", "from 0 to 59"],
  ["~ * * * *", "from 0 to 59"],
  ["* * * */jan *", "a step"],
  ["* * * jan/2 *", "write 1-12/2"],
  ["*/20 * * *", "minute, hour"],
  ["", "minute, hour"],
])("%j is rejected, as by cron", (text, hint) => {
  expect(cronMistake(text)?.hint).toContain(hint);
});

// Times that it accepts silently, but misinterprets.
test.each([
  ["10-5 * * * *", "write 10-59,0-5"],
  ["0 0 * * fri-mon", "write 5-7,1"],
  ["0 0 * * sat-sun", "write 6-7"],
  ["0 0 * nov-jan *", "write 11-12,1"],
  ["0 0 * * 5#3", "from 0 to 7"],
  ["1-5/2/2 * * * *", "a step"],
  ["*2 * * * *", "*, a number"],
  ["0~5 * * * *", "a range"],
  ["*-5 * * * *", "a range"],
  ["*/70 * * * *", "from 1 to 60"],
])("%j is rejected, although cron accepts it", (text, hint) => {
  expect(cronMistake(text)?.hint).toContain(hint);
});

test.each([
  "* * * * *\n* * * * * root touch /tmp/x",
  "* * * * * root touch /tmp/x",
  "* * * * *\r",
  "* * * * %",
  "* * * * * # x",
  "MAILTO=x",
  "* * * *\u00a0*",
  " * * * * *",
  "* * * * * ",
])("nothing else gets into the cron file: %j", (text) => {
  expect(cronMistake(text)).toBeDefined();
});

test("the hint for a nickname spells it out", () => {
  expect(cronMistake("@hourly")?.hint).toBe('write "0 * * * *"');
});

test.each([
  ["0 0 31 2 *", "write a day of the month from 1 to 29"],
  ["0 0 31 feb */2", "write a day of the month from 1 to 29"],
  ["0 0 31 4,6,9,11 *", "write a day of the month from 1 to 30"],
])("a time that never occurs is rejected: %j", (text, hint) => {
  expect(cronMistake(text)?.hint).toContain(hint);
});
