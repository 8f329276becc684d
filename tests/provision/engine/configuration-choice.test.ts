import { expect, test } from "vitest";
import { UsageError } from "../../../config/user-error.ts";
import { choicesOf, commandFor, onlyOne } from "../../../provision/engine/configuration-choice.ts";

const ours = { file: "config/ours.yaml", stack: "ours" };

test("the only configuration is selected, with or without a stack", () => {
  expect(onlyOne(choicesOf([ours], ["config/demo.yaml", "config/jq.yaml", "config/mypyc.yaml", "config/ours.yaml"]), "plan")).toEqual(ours);
  expect(onlyOne(choicesOf([], ["config/demo.yaml", "config/jq.yaml", "config/mypyc.yaml", "config/ours.yaml"]), "plan")).toEqual(ours);
});

test("an example with a stack is a configuration", () => {
  const model = { file: "config/mypyc.yaml", stack: "mypyc" };
  expect(onlyOne(choicesOf([model], ["config/demo.yaml", "config/jq.yaml", "config/mypyc.yaml"]), "up")).toEqual(model);
});

test("several configurations are an error that lists a command for each", () => {
  const choices = choicesOf([{ file: "config/ours.yaml", stack: "prod" }], ["config/new.yaml", "config/ours.yaml"]);
  expect(() => onlyOne(choices, "plan")).toThrow(
    expect.objectContaining({
      constructor: UsageError,
      message: "there are 2 configuration files; name one",
      hint: "run one of these:\n  npm run plan -- config/ours.yaml --stack prod\n  npm run plan -- config/new.yaml",
    }),
  );
});

test("without a configuration, the error shows how to write one", () => {
  expect(() => onlyOne(choicesOf([], ["config/demo.yaml", "config/jq.yaml", "config/mypyc.yaml"]), "up")).toThrow(
    expect.objectContaining({
      message: "there is no configuration file yet",
      hint: "copy config/mypyc.yaml or config/jq.yaml and edit the copy; then run: npm run up -- config/yours.yaml",
    }),
  );
});

test("a command names the stack if it differs from the file's name", () => {
  expect(commandFor("up", ours)).toBe("npm run up -- config/ours.yaml");
  expect(commandFor("up", { ...ours, stack: "prod" })).toBe("npm run up -- config/ours.yaml --stack prod");
});
