import { describe, expect, test } from "vitest";
import { command } from "../../../tools/offline/command-plugin/command.ts";
import { retry } from "../../../tools/offline/command-plugin/connection.ts";
import { copyToRemote } from "../../../tools/offline/command-plugin/copy-to-remote.ts";
import { parseHostKey } from "../../../tools/offline/command-plugin/host-key.ts";
import { commandProvider, parseUrn } from "../../../tools/offline/command-plugin/provider.ts";
import { failure } from "../../../tools/offline/command-plugin/remote-command.ts";
import type { Properties, Wire } from "../../../tools/offline/command-plugin/wire.ts";

const signature = "4dabf18193072939515e22adb298388d";
const secret = (value: Wire): Wire => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", value });
const asset = (content: Properties): Wire => ({ [signature]: "c44067f5952c0a294b673a41bacd8c17", ...content });
const archive = (content: Properties): Wire => ({ [signature]: "0def7320c3a5731c473e5ecbe6d01bc7", ...content });
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const connection = secret({ host: "192.0.2.1", port: 22, user: "root", dialErrorLimit: 3, perDialTimeout: 15 });
const inputs: Properties = { connection, create: "install it", stdin: "{}", addPreviousOutputInEnv: false };
const state: Properties = { ...inputs, stdout: "done", stderr: "" };

const failuresOf = (source: Wire) => copyToRemote.check({ connection, remotePath: "/x", source }).failures;

const failing = async () => {
  throw new Error("refused");
};

describe("the effect of a changed input on a Command", () => {
  test.each<[string, Properties, { changes: boolean; replaces: string[] }]>([
    ["nothing changed", {}, { changes: false, replaces: [] }],
    ["stdin", { stdin: '{"a":1}' }, { changes: true, replaces: [] }],
    ["create", { create: "install more" }, { changes: true, replaces: [] }],
    ["a connection's port", { connection: secret({ host: "192.0.2.1", port: 23 }) }, { changes: true, replaces: [] }],
    ["an input that becomes secret", { stdin: secret("{}") }, { changes: true, replaces: [] }],
    ["an input that is not known yet", { stdin: unknown }, { changes: true, replaces: [] }],
    ["a new trigger", { triggers: ["a"] }, { changes: true, replaces: ["triggers"] }],
  ])("%s", (_what, change, expected) => {
    expect(command.diff(state, { ...inputs, ...change })).toEqual(expected);
  });

  test("a removed input is a change", () => {
    const { stdin: _, ...without } = inputs;
    expect(command.diff(state, without)).toEqual({ changes: true, replaces: [] });
  });

  test("a trigger that is an asset is compared by its content", () => {
    const before = { ...state, triggers: [asset({ path: "a", hash: "1" })] };
    expect(command.diff(before, { ...inputs, triggers: [asset({ path: "b", hash: "1" })] }).changes).toBe(false);
    expect(command.diff(before, { ...inputs, triggers: [asset({ path: "a", hash: "2" })] }).replaces).toEqual(["triggers"]);
  });
});

describe("the effect of a changed source on a CopyToRemote", () => {
  const copied: Properties = { connection, remotePath: "/x", source: asset({ path: "a", hash: "1" }) };

  test("the same content from another path is no change", () => {
    const moved = { ...copied, source: asset({ path: "b", hash: "1" }) };
    expect(copyToRemote.diff(copied, moved).changes).toBe(false);
  });

  test("other content is an update, another trigger a replacement", () => {
    const edited = { ...copied, source: asset({ path: "a", hash: "2" }) };
    expect(copyToRemote.diff(copied, edited)).toEqual({ changes: true, replaces: [] });
    expect(copyToRemote.diff(copied, { ...copied, triggers: ["t"] }).replaces).toEqual(["triggers"]);
  });

  test("another connection alone copies nothing, so an unreachable host is not an error", async () => {
    const elsewhere = { ...copied, connection: secret({ host: "127.0.0.1", port: 1, dialErrorLimit: 0 }) };
    const surroundings = { log() {}, warn() {}, signal: new AbortController().signal, agentSocketPath: undefined };
    await expect(copyToRemote.update(copied, elsewhere, surroundings)).resolves.toEqual(elsewhere);
  });
});

describe("check", () => {
  test("adds the defaults of the official plugin and keeps secrets wrapped", () => {
    const { addPreviousOutputInEnv: _, ...given } = inputs;
    expect(command.check(given)).toEqual({ inputs: { ...given, addPreviousOutputInEnv: true }, failures: [] });
  });

  test("names an input that is unknown or has the wrong type", () => {
    expect(command.check({ ...inputs, craete: "x" }).failures).toHaveLength(1);
    expect(command.check({ ...inputs, create: 1 }).failures).toMatchObject([{ property: "create" }]);
    expect(command.check({ create: "x" }).failures).toMatchObject([{ property: "connection" }]);
  });

  test("reports nothing while a value is unknown", () => {
    expect(command.check({ ...inputs, connection: secret({ host: unknown, port: unknown }) }).failures).toEqual([]);
  });

  test("accepts files and texts, rejects archives and remote assets", () => {
    expect(failuresOf(asset({ path: "a", hash: "1" }))).toEqual([]);
    expect(failuresOf(asset({ text: "", hash: "1" }))).toEqual([]);
    expect(failuresOf(archive({ path: "a", hash: "1" }))).toMatchObject([{ reason: expect.stringContaining("archives") }]);
    expect(failuresOf(asset({ uri: "https://example.org", hash: "1" }))).toHaveLength(1);
  });

  test("rejects an unknown resource type", () => {
    const provider = commandProvider(() => {}, undefined);
    expect(() => provider.check("urn:pulumi:s::p::command:local:Command::a", {})).toThrow("stand-in");
  });
});

test("a URN's type is the last one, and its name may contain colons", () => {
  expect(parseUrn("urn:pulumi:s::p::evenkeel:Server$command:remote:Command::host::venv")).toEqual({
    type: "command:remote:Command",
    name: "host::venv",
  });
});

test("a failed command's error names the command and shows its output", () => {
  expect(failure("Process exited with status 3", 'echo "no"', "no\n")).toBe('Process exited with status 3: running "echo \\"no\\"":\nno\n');
});

test("a host key that does not parse is an error that shows it", () => {
  expect(() => parseHostKey("ssh-ed25519 nonsense")).toThrow("no key found");
  expect(() => parseHostKey("")).toThrow("no key found");
});

describe("dial retries", () => {
  test("a limit of 2 means three attempts, two of them logged", async () => {
    const said: string[] = [];
    const dialing = { log: (message: string) => said.push(message), signal: new AbortController().signal };
    await expect(retry("Dial", 2, dialing, failing)).rejects.toThrow("after 2 failed attempts: refused");
    expect(said).toEqual(["Dial 1/2 failed: retrying", "Dial 2/2 failed: retrying"]);
  });

  test("a limit of 0 means one attempt", async () => {
    const dialing = { log: () => expect.unreachable(), signal: new AbortController().signal };
    await expect(retry("Dial", 0, dialing, failing)).rejects.toThrow("after 0 failed attempts: refused");
  });

  test("without a limit, cancelling stops them", async () => {
    const controller = new AbortController();
    const dialing = { log: () => controller.abort(), signal: controller.signal };
    await expect(retry("Dial", -1, dialing, failing)).rejects.toThrow("aborted");
  });
});
