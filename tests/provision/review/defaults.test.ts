import { expect, test } from "vitest";
import { allSettings } from "../../../config/settings.ts";
import { shown } from "../../../config/flatten.ts";
import { isDefault } from "../../../provision/review/defaults.ts";

const port = shown(allSettings().find(({ path }) => path === "hosts[].port")?.default);

test("a setting that was never applied and has its default is nobody's decision; entries of lists by their names", () => {
  expect(isDefault({ path: "hosts[bench].port", willBe: port })).toBe(true);
  expect(isDefault({ path: "hosts[bench].port", willBe: "2222" })).toBe(false);
  expect(isDefault({ path: "hosts[bench].port", is: "2222", willBe: port })).toBe(false);
  expect(isDefault({ path: "hosts[bench].port" })).toBe(false);
});
