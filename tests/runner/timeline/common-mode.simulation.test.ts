import { describe, expect, test } from "vitest";
import { commonRows, commonShortfall, simulateCommon } from "../../../bench/detection/common-mode.ts";

/** A few of each row that `npm run bench -- detection` takes more of: bounds leave room for the few. */
const share = 0.2;
const room = { least: -0.03, most: 0.03 };

describe("what is told of many benchmarks knows that their sessions share noise", () => {
  test.each(commonRows)("$name", (row) => {
    const { promised } = row;
    const few = "least" in promised ? { least: promised.least + room.least } : { most: promised.most + room.most };
    const shares = simulateCommon(row, Math.ceil(share * row.repetitions), 2);
    expect(commonShortfall({ ...row, promised: few }, shares)).toBe("");
  });
});
