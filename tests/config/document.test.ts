import { describe, expect, test } from "vitest";
import { eachIsReported, problemsOf } from "./config-file.ts";

describe("text that is not YAML", () => {
  eachIsReported([
    [{ 23: "schedule:\n  cron: */20 * * * *" }, "24:9", "invalid YAML", 'write cron: "*/20 * * * *", in quotes'],
    [{ 6: "  name: Bench: the server" }, "6:9", "invalid YAML", 'write name: "Bench: the server", in quotes'],
    [{ 6: "\tname: Bench" }, "6:1", "invalid YAML", "write spaces"],
    [{ 23: "packages: [gcc" }, "23:15", "invalid YAML", "close every [ { and quote"],
    [{ 23: "packages: *all" }, "23:11", 'unidentified alias "all"', "in quotes"],
    [{ 23: "---\nuser: a" }, "24:1", "a second document begins here", "without ---"],
    [{ 7: "  email: bench@example.org\n  name: Other" }, "8:3", "duplicate key name, first at 6:3", "write name once"],
  ]);

  test.each(["", "# nothing but a comment\n"])("or nothing at all: %j", (source) => {
    expect(problemsOf(source)).toMatchObject([{ line: 1, column: 1, message: "the file is empty" }]);
  });
});
