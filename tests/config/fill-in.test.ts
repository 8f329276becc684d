import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fillIn } from "../../config/fill-in.ts";
import { parseConfig } from "../../config/load.ts";

const demo = readFileSync("config/demo.yaml", "utf8");
const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB2k50ikljXYj/Y6NrEMgQ8L9ijdT6ZxRICGa4MC4DHS";

test("the demo's file is filled in with a real host, and is valid", () => {
  const filled = fillIn(demo, {
    "hosts[0].address": "127.0.101.1",
    "hosts[0].port": 2201,
    "hosts[0].hostKey": hostKey,
    "git.knownHosts[0]": `[127.0.101.1]:2201 ${hostKey}`,
    "target.repository": "ssh://git@127.0.101.1:2201/home/git/mypy.git",
    "suite.repository": "ssh://git@127.0.101.1:2201/home/git/suite.git",
    "results.repository": "ssh://git@127.0.101.1:2201/home/git/results.git",
  });
  const config = parseConfig(filled, "demo.yaml");
  expect(config.hosts).toEqual([{ name: "demo", address: "127.0.101.1", port: 2201, user: "root", hostKey }]);
  expect(config.results.repository).toBe("ssh://git@127.0.101.1:2201/home/git/results.git");
  // All placeholders are replaced, and every comment stays.
  expect(filled).not.toMatch(/127\.0\.100\.1|2222|AAAAAAAA/);
  expect(filled.match(/#.*/g)).toEqual(demo.match(/#.*/g));
});

test("a missing path is an error", () => {
  expect(() => fillIn(demo, { "hosts[1].port": 22 })).toThrow("hosts[1].port");
  expect(() => fillIn(demo, { git: "x" })).toThrow("no value at git");
});
