import { expect, test } from "vitest";
import { tryParseJson } from "../../../runner/text/json.ts";

test("JSON is the value that it stands for; what is not JSON is undefined, not an error", () => {
  expect(tryParseJson('{"a": [1, null]}')).toEqual({ a: [1, null] });
  expect(tryParseJson("null")).toBeNull();
  for (const text of ["", "{", '{"a": 1}}', "undefined"]) expect(tryParseJson(text)).toBeUndefined();
});
