import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LabServer } from "../../lab/server.ts";
import { subjectOf } from "../../lab/published.ts";
import { inLab } from "../lab/in-lab.ts";

const revisions = 12;
/** Each a point by itself: a session of one in three is in the slower group. */
const isSlow = (number: number) => number % 3 === 1;

describe.skipIf(!inLab)("a host with a benchmark whose sessions are bimodal", () => {
  let server: LabServer;
  const ids: string[] = [];

  const repeated = async () => (await server.published()).sessions.filter(({ reason }) => reason === "repeat");

  beforeAll(async () => {
    server = await LabServer.open({ name: "bimodal", benchmarks: ["b1"] });
    for (let number = 1; number <= revisions; number++) {
      ids.push(await server.commit(`small: ${number}`, { behaviour: { b1: { noise: 0.001 }, revision: { prints: String(number) } } }));
    }
    await server.pushTarget();
    let measured = "v0";
    for (const [number, id] of ids.entries()) {
      // Neighbours that are alike are measured by one command.
      if (number < ids.length - 1 && isSlow(number) === isSlow(number + 1)) continue;
      await server.slowDown(isSlow(number) ? 1.2 : 1);
      await server.evenkeelOk(`collect ${measured}..${id} --no-publish`);
      measured = id;
    }
    await server.slowDown(1);
  });
  afterAll(() => server?.remove());

  test("asks for further sessions of programs whose builds it keeps, and says why", async () => {
    expect(await server.evenkeelOk("queue")).toMatch(
      /revision [0-9a-f]{12} +repeat .*a benchmark is bimodal: three sessions of each program/,
    );
  });

  test("takes three of each, and shows the group that most are of", async () => {
    await server.measureAll();
    expect(await server.evenkeelOk("queue")).toContain("nothing to measure");
    const { sessions } = await server.published();
    const took = (id: string) => sessions.filter((session) => subjectOf(session) === id && session.benchmarks["b1"]?.compiled).length;
    expect((await repeated()).length).toBeGreaterThan(revisions);
    expect(ids.map(took).every((count) => count >= 3)).toBe(true);
    const page = await server.report("reports/benchmarks/b1.md");
    expect(page).toContain("Sessions of one program are bimodal here");
    const values = [...page.matchAll(/small&#58; \d+[^|]*\| (\d\.\d+) ms/g)].map(([, value]) => Number(value));
    expect(values).toHaveLength(revisions);
    expect(Math.max(...values) / Math.min(...values)).toBeLessThan(1.02);
  });
});
