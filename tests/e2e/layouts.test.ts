import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { LabServer } from "../../lab/server.ts";
import { paths } from "../../config/paths.ts";
import { alertSchema } from "../../runner/alerts/alert.ts";
import { paddingBytes } from "../../runner/build/layout.ts";
import type { Decision } from "../../runner/model.ts";
import { readDecisions } from "../../runner/store/decisions.ts";
import { standing } from "../../runner/timeline/detection/readings.ts";
import { inLab } from "../lab/in-lab.ts";

const before = 12;
/** Bytes from a program's start to `main` that no build without padding reaches. */
const unpadded = 512;

/** A program that says it takes .4 ms, with a little noise; `slow` in all layouts, `placed` only where the linker puts nothing in front of it. */
function source(number: number, how: { slow?: boolean; placed?: boolean } = {}): string {
  return `#include <stdio.h>
#include <stdlib.h>
extern void _start(void);
volatile int revision = ${number};
int main(void) {
  unsigned drawn = (unsigned)atoi(getenv("PYTHONHASHSEED")) * 2654435761u + (unsigned)revision;
  double seconds = 0.0004 * (1 + ((int)(drawn >> 16) % 1000 - 500) / 1e6);
  int is_first = (char *)main - (char *)_start < ${unpadded};
  if (${Number(how.slow ?? false)} || (${Number(how.placed ?? false)} && is_first)) seconds *= 1.05;
  printf("%.12f\\n", seconds);
  return 0;
}
`;
}

const command = (name: string, flags: string) => ({
  name,
  build: `gcc -O1 ${flags} -o ${name} ${name}.c`,
  run: `./${name}`,
  program: [name],
});

const files = (number: number, isChanged: boolean) => ({
  "code.c": source(number, { slow: isChanged }),
  "binary.c": source(number, { placed: isChanged }),
  "fixed.c": source(number, { slow: isChanged }),
});

describe.skipIf(!inLab)("a host that checks confirmed changes with other layouts", () => {
  let server: LabServer;
  let changed: string;
  let good: string;
  /** Of the run that finds them. */
  let log: string;

  beforeAll(async () => {
    const commands = [command("code", "$LDFLAGS"), command("binary", "$LDFLAGS"), command("fixed", "")];
    server = await LabServer.open({ name: "layouts", benchmarks: [], commands, alerts: { webhook: true }, cron: "0 0 29 2 *" });
    for (let number = 1; number <= before; number++) good = await server.commit(`small: ${number}`, { files: files(number, false) });
    await server.pushTarget();
    // Nobody listens there.
    await server.root("echo http://127.0.0.1:9/ | evenkeel secret put webhook");
    // What is confirmed before the first look of cron is told to nobody.
    await server.evenkeelOk("run --no-publish");
    await server.evenkeel("run --cron");
    changed = await server.push("small: slower", { files: files(before + 1, true) });
    log = await server.evenkeelOk("run --no-publish");
    await server.evenkeelOk("run");
  });
  afterAll(() => server?.remove());

  const decisionOf = async (benchmark: string): Promise<Decision[]> =>
    standing((await readDecisions(await server.otherHost())).decisions).filter(
      (one) => one.benchmark === benchmark && one.outcome === "confirmed",
    );

  test("a change of the code is there in other layouts too", async () => {
    expect(await decisionOf("code")).toEqual([
      expect.objectContaining({
        firstBad: changed,
        lastGood: good,
        direction: "slower",
        layouts: expect.objectContaining({ verdict: "code", change: expect.objectContaining({ phi: expect.closeTo(Math.log(1.05), 2) }) }),
      }),
    ]);
  });

  test("one of the two binaries alone is not", async () => {
    // Padding that is drawn so small would be none.
    for (const revision of [good, changed]) for (const layout of [1, 2]) expect(paddingBytes(revision, layout)).toBeGreaterThan(unpadded);
    expect(await decisionOf("binary")).toEqual([
      expect.objectContaining({
        firstBad: changed,
        layouts: expect.objectContaining({ verdict: "binary", change: expect.objectContaining({ phi: expect.closeTo(0, 2) }) }),
      }),
    ]);
  });

  test("a program that no build lays out otherwise is checked by one session, and stands as it was confirmed", async () => {
    const [decision, ...others] = await decisionOf("fixed");
    expect(others).toEqual([]);
    expect(decision).toMatchObject({ firstBad: changed, layouts: { verdict: "fixed" } });
    expect(decision?.layouts?.sessions).toHaveLength(1);
  });

  test("the log says what is checked, the reports what came of it", async () => {
    expect(log).toMatch(/revision \w+, layout 1: check \w+ \+[45]\.\d+ % at \w+ and 2 more in other layouts: session 1 of at most 12/);
    expect(log).toMatch(/binary slower at \w+: confirmed, \+[45]\.\d+ %, of these binaries only, not in other layouts/);
    const page = await server.report("reports/benchmarks/code.md");
    expect(page).toMatch(/\*\*confirmed: slower, \+[45]\.\d+ % ± [\d.]+ %\*\*, in other layouts too \(\+[45]\.\d+ % ± [\d.]+ %\)/);
    expect(await server.report("reports/benchmarks/binary.md")).toMatch(/, of these binaries only, not in other layouts \(/);
    expect(await server.report("reports/benchmarks/fixed.md")).not.toContain("layouts");
    expect(await server.evenkeelOk(`show ${changed}`)).toMatch(/confirmed: slower .*, in other layouts too/);
  });

  test("only changes of the code are alerted, and only once they are known to be", async () => {
    await server.evenkeel("run --cron");
    const pending = z.array(z.object({ alert: alertSchema })).parse(JSON.parse(await server.evenkeelOk("notify --json")));
    const described = pending.flatMap(({ alert: { about, title } }) => (about === "change" ? [title.split(" ")[0]] : []));
    expect(described.toSorted((a = "", b = "") => (a < b ? -1 : 1))).toEqual(["code", "fixed"]);
  });

  test("values of other layouts are of no revision, and their builds do not stay", async () => {
    const { sessions } = await server.published();
    const layouts = sessions.filter(({ reason }) => reason === "layout");
    expect(layouts).toHaveLength(4);
    expect(layouts.every(({ subject }) => subject.kind === "layout" && [good, changed].includes(subject.revision))).toBe(true);
    expect((await server.list(paths.builds)).filter((name) => /^[0-9a-f]{12}\./.test(name))).toEqual([]);
    expect(await server.evenkeelOk("queue")).toContain("nothing to measure");
  });
});
