import { build } from "esbuild";
import { expect, test } from "vitest";
import { nearest } from "../../config/nearest.ts";
import { allSettings } from "../../config/settings.ts";

test("every setting has a description", () => {
  const settings = allSettings();
  expect(settings.length).toBeGreaterThan(40);
  expect(settings.filter(({ description }) => description === "")).toEqual([]);
});

test("every number except ports and versions has a unit", () => {
  const numbers = allSettings().filter(({ type }) => type.includes("number"));
  expect(numbers.filter(({ unit }) => unit === undefined).map(({ path }) => path)).toEqual([
    "hosts[].port",
    "suite.versions[].version",
    "suite.benchmarks[].version",
  ]);
});

test("every required value except groups and lists of groups has an example", () => {
  const required = allSettings().filter(({ required, type }) => required && !type.includes("group"));
  expect(required.filter(({ example }) => example === undefined).map(({ path }) => path)).toEqual([]);
});

test("no setting is listed twice", () => {
  const paths = allSettings().map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
});

test("the host's program carries the schema without the YAML reader", async () => {
  const { metafile } = await build({
    entryPoints: ["config/schema.ts"],
    bundle: true,
    platform: "node",
    target: "node18",
    format: "cjs",
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).filter((input) => input.includes("js-yaml"))).toEqual([]);
});

test.each([
  ["host_key", "hostKey"],
  ["HOSTKEY", "hostKey"],
  ["hsotKey", "hostKey"],
  ["adress", "address"],
  ["usr", "user"],
  ["prot", "port"],
  ["colour", undefined],
  ["x", undefined],
])("%s means %s", (word, meant) => {
  expect(nearest(word, ["name", "address", "port", "user", "hostKey"])).toBe(meant);
});
