import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Bundle } from "../../../provision/program/bundle.ts";
import type { HostState } from "../../../provision/program/probe.ts";
import { bareHost, config, emptyHost, host } from "./example.ts";

interface Declared {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

const bundle: Bundle = { content: "#!/usr/bin/env node\n", sha256: "ab".repeat(32), file: ".evenkeel/bundles/abababababab.cjs" };
/** A secret as Pulumi hands it on. */
const secret = z.object({ value: z.unknown() });
const commandType = "command:remote:Command";

/** What the program declares for a host in that state. */
async function declare(state: HostState): Promise<Declared[]> {
  const declared: Declared[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => {
        declared.push({ type, name, inputs });
        return { id: id ?? name, state: { ...inputs, stdout: "" } };
      },
      call: ({ inputs }) => inputs,
    },
    "evenkeel",
    "production",
    false,
  );
  // Loaded once the mocks are set, as Pulumi asks for.
  const { BenchmarkServer } = await import("../../../provision/program/server.ts");
  if (!host) throw new Error("the example has a host");
  const server = new BenchmarkServer("bench", { host, config, bundle, state });
  await new Promise((resolve) => pulumi.all([server.deployKey, server.environment]).apply(resolve));
  return declared.filter(({ type }) => type.startsWith("command:"));
}

describe("what is declared for a host", () => {
  let declared: Declared[];

  beforeAll(async () => {
    declared = await declare(bareHost);
  });

  test("every command and copy pins the host key, and logs in by the agent alone", () => {
    expect(declared).toHaveLength(18);
    const expected = { host: "203.0.113.10", port: 22, user: "admin", hostKey: host?.hostKey, dialErrorLimit: 3, perDialTimeout: 15 };
    for (const { name, inputs } of declared) {
      // It waits for a host that restarts: the one that may try for ever.
      const dialErrorLimit = name === "bench-reboot" ? -1 : 3;
      expect({ name, connection: secret.parse(inputs["connection"]).value }).toEqual({ name, connection: { ...expected, dialErrorLimit } });
    }
  });

  test("no command is replaced, or updated by a command other than create; only the schedule is deleted", () => {
    const commands = declared.filter(({ type }) => type === commandType);
    expect(commands.filter(({ inputs }) => "triggers" in inputs || "update" in inputs)).toEqual([]);
    expect(commands.filter(({ inputs }) => "delete" in inputs).map(({ name }) => name)).toEqual(["bench-schedule"]);
    expect(commands.filter(({ inputs }) => inputs["addPreviousOutputInEnv"] !== false)).toEqual([]);
  });

  test("the declaration holds the token of every resource that is applied after it, and of the bundle", () => {
    const stdinOf = (name: string): unknown => JSON.parse(String(declared.find((one) => one.name === name)?.inputs["stdin"]));
    const names = declared.map(({ name }) => name.slice("bench-".length)).filter((name) => !["node", "copy", "declaration"].includes(name));
    const tokens = Object.fromEntries(names.map((name) => [name, Reflect.get(Object(stdinOf(`bench-${name}`)), "token")]));
    expect(stdinOf("bench-declaration")).toMatchObject({ spec: { resources: tokens } });
  });

  test("a login other than root uses sudo for everything", () => {
    const ensures = declared.filter(({ type, name }) => type === commandType && name !== "bench-node");
    expect(ensures.filter(({ inputs }) => !String(inputs["create"]).startsWith("sudo -n "))).toEqual([]);
  });

  test("only the steps up to the declaration wait for a running measurement, as long as configured", () => {
    const waiting = declared.filter(({ inputs }) => String(inputs["create"]).endsWith("--wait-minutes 60"));
    expect(waiting.map(({ name }) => name)).toEqual(["bench-bundle", "bench-declaration"]);
  });

  test("no input depends on the time or on the admin's machine", async () => {
    expect(await declare(bareHost)).toEqual(declared);
    expect(JSON.stringify(declared)).not.toContain(process.cwd());
    expect(await declare(emptyHost)).toHaveLength(18);
  });
});
