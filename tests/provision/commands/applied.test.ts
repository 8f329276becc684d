import { expect, test } from "vitest";
import { appliedConfigurations, comparable } from "../../../provision/commands/applied.ts";

const urn = (type: string, name: string) => `urn:pulumi:prod::evenkeel::${type}::${name}`;
const connection = { host: "203.0.113.10", port: 22, user: "root", hostKey: "ssh-ed25519 AAAA" };
const files = {
  name: "files",
  spec: { files: [{ path: "/etc/evenkeel/config.json", content: { json: { host: "bench", python: { version: "3.12" } } } }] },
};

test("the last applied configuration is read from Pulumi's state, in the form for comparisons", () => {
  const state = {
    deployment: {
      resources: [
        { urn: urn("pulumi:pulumi:Stack", "evenkeel-prod") },
        { urn: urn("evenkeel:server:BenchmarkServer", "bench") },
        {
          urn: urn("evenkeel:server:BenchmarkServer$command:remote:Command", "bench-node"),
          inputs: { connection: { plaintext: JSON.stringify(connection) } },
        },
        { urn: urn("evenkeel:server:BenchmarkServer$command:remote:Command", "bench-files"), inputs: { stdin: JSON.stringify(files) } },
      ],
    },
  };
  const { host: address, ...rest } = connection;
  const expected = { hosts: [{ name: "bench", address, ...rest }], python: { version: "3.12" } };
  expect(appliedConfigurations(state)).toEqual(new Map([["bench", expected]]));
  expect(comparable("bench", { address, ...rest }, { hosts: ["x"], python: { version: "3.12" } })).toEqual(expected);
});

test("a stack without resources has applied nothing", () => {
  expect(appliedConfigurations({ deployment: {} })).toEqual(new Map());
});
