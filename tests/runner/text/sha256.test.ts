import { expect, test } from "vitest";
import { drawnFrom, sha256Of } from "../../../runner/text/sha256.ts";

test("a hash is that of sha256sum, of text and bytes alike, in as many digits as asked for", () => {
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect([sha256Of("abc"), sha256Of(Buffer.from("abc")), sha256Of("abc", 12)]).toEqual([abc, abc, "ba7816bf8f01"]);
});

test("a draw follows from its text, and is spread over its range", () => {
  expect(drawnFrom("abc")).toBe(0xba7816bf);
  const draws = Array.from({ length: 1000 }, (_, number) => drawnFrom(`draw ${number}`) / 2 ** 32);
  for (const quarter of [0, 1, 2, 3]) {
    expect(draws.filter((draw) => Math.floor(4 * draw) === quarter).length).toBeGreaterThan(200);
  }
});
