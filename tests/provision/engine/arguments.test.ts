import { expect, test } from "vitest";
import { parseArguments } from "../../../provision/engine/arguments.ts";

test.each([
  ["up", { stack: undefined, configFile: undefined, rest: [] }],
  ["up config/demo.yaml --yes", { stack: "demo", configFile: "config/demo.yaml", rest: ["--yes"] }],
  ["up --yes config/demo.yaml", { stack: "demo", configFile: "config/demo.yaml", rest: ["--yes"] }],
  ["up config/demo.yaml --stack prod", { stack: "prod", configFile: "config/demo.yaml", rest: [] }],
  ["up -s prod", { stack: "prod", configFile: undefined, rest: [] }],
  ["up --stack=prod --diff", { stack: "prod", configFile: undefined, rest: ["--diff"] }],
  ["preview --save-plan plan.yaml", { stack: undefined, configFile: undefined, rest: ["--save-plan", "plan.yaml"] }],
  ["stack select demo", { stack: undefined, configFile: undefined, rest: ["select", "demo"] }],
])("%s", (line, expected) => {
  const [verb, ...args] = line.split(" ");
  expect(parseArguments([verb ?? "", ...args])).toEqual({ verb, isInterrupting: false, isVerbose: false, isHelp: false, ...expected });
});

test("--interrupt is an option of up and does not reach Pulumi", () => {
  expect(parseArguments(["up", "config/demo.yaml", "--interrupt", "--yes"])).toMatchObject({ isInterrupting: true, rest: ["--yes"] });
  expect(parseArguments(["preview", "--interrupt"])).toMatchObject({ isInterrupting: false, rest: ["--interrupt"] });
});

test("--verbose shows more of a new host; with a number it is an option of Pulumi", () => {
  expect(parseArguments(["preview", "--verbose"])).toMatchObject({ isVerbose: true, rest: [] });
  expect(parseArguments(["up", "--verbose=9"])).toMatchObject({ isVerbose: false, rest: ["--verbose=9"] });
});

test.each(["up --help", "preview -h config/demo.yaml", "stack --help"])("%s asks for help", (line) => {
  expect(parseArguments(line.split(" "))).toMatchObject({ isHelp: true });
});

test("without a verb there is nothing to run", () => {
  expect(parseArguments([])).toBeUndefined();
});
