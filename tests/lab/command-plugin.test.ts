import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandProvider } from "../../tools/offline/command-plugin/provider.ts";
import type { Properties, Wire } from "../../tools/offline/command-plugin/wire.ts";
import { startSshd } from "./sshd.ts";
import type { Sshd } from "./sshd.ts";

const signature = "4dabf18193072939515e22adb298388d";
const secret = (value: Wire): Wire => ({ [signature]: "1b47061264138c4ac30d75fd1eb44270", value });
const asset = (content: Properties): Wire => ({ [signature]: "c44067f5952c0a294b673a41bacd8c17", ...content });
const commandUrn = "urn:pulumi:s::p::command:remote:Command::box";
const copyUrn = "urn:pulumi:s::p::command:remote:CopyToRemote::file";

let sshd: Sshd;
let log: string[] = [];
const provider = commandProvider((level, _urn, message) => log.push(`${level}: ${message}`), undefined);

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

const connection = (over: Properties = {}): Wire =>
  secret({
    host: sshd.host,
    port: sshd.port,
    user: sshd.user,
    hostKey: sshd.ed25519,
    agentSocketPath: sshd.agentSocket,
    dialErrorLimit: 1,
    perDialTimeout: 15,
    ...over,
  });

async function create(urn: string, inputs: Properties): Promise<Properties> {
  log = [];
  return (await provider.create(urn, { connection: connection(), addPreviousOutputInEnv: false, ...inputs })).state;
}

const copy = (inputs: Properties) => {
  log = [];
  return provider.create(copyUrn, { connection: connection(), ...inputs });
};

const login = (over: Properties) => create(commandUrn, { connection: connection(over), create: "true" });

const hash = (content: Buffer | string) => createHash("sha256").update(content).digest("hex");

describe("Command", () => {
  test("gives what it printed without the last newline, and logs each line", async () => {
    const { stdout, stderr } = await create(commandUrn, { create: "cat; echo; echo; echo oops >&2", stdin: "größe" });
    expect({ stdout, stderr }).toEqual({ stdout: "größe\n", stderr: "oops" });
    expect(log.sort()).toEqual(["info: ", "info: größe", "info: oops"]);
  });

  test.each([
    ["stdout", ["info: out"]],
    ["stderr", ["info: err"]],
    ["none", []],
  ])("logging %s", async (logging, expected) => {
    await create(commandUrn, { create: "echo out; echo err >&2", logging });
    expect(log).toEqual(expected);
  });

  test("long input and long lines come through whole", async () => {
    const stdin = "x".repeat(3_000_000);
    const { stdout } = await create(commandUrn, { create: "cat", stdin, logging: "none" });
    expect(stdout).toBe(stdin);
  });

  test("a command that never reads its input succeeds", async () => {
    const { stdout } = await create(commandUrn, { create: "echo done", stdin: "x".repeat(3_000_000) });
    expect(stdout).toBe("done");
  });

  test("keeps secrets wrapped in its state", async () => {
    const state = await create(commandUrn, { create: "true", stdin: secret("hunter2") });
    expect(state["stdin"]).toEqual(secret("hunter2"));
    expect(state["connection"]).toEqual(connection());
  });

  test("a failing command's error has its status, itself and its output", async () => {
    await expect(create(commandUrn, { create: "echo out; echo no >&2; exit 3" })).rejects.toThrow(
      /^Process exited with status 3: running "echo out; echo no >&2; exit 3":\n(out\nno|no\nout)\n$/,
    );
  });

  test("a command that a signal ends is an error", async () => {
    await expect(create(commandUrn, { create: "kill -9 $$" })).rejects.toThrow("from signal KILL: running");
  });

  test("an update runs update, or create where there is none, and keeps the old output where there is neither", async () => {
    const state: Properties = { connection: connection(), stdout: "before", stderr: "" };
    const updated = async (inputs: Properties) =>
      (await provider.update(commandUrn, state, { connection: connection(), addPreviousOutputInEnv: false, ...inputs }))["stdout"];
    expect(await updated({ create: "echo create", update: "echo update" })).toBe("update");
    expect(await updated({ create: "echo create" })).toBe("create");
    expect(await updated({ delete: "echo delete" })).toBe("before");
  });

  test("delete runs only where it is given", async () => {
    const file = join(sshd.folder, "deleted");
    const state: Properties = { connection: connection(), stdout: "", stderr: "", addPreviousOutputInEnv: false };
    await provider.delete(commandUrn, state);
    await expect(stat(file)).rejects.toThrow("ENOENT");
    await provider.delete(commandUrn, { ...state, delete: `touch ${file}` });
    await expect(stat(file)).resolves.toBeDefined();
  });

  test("variables that sshd accepts arrive, one that it refuses is an error", async () => {
    const { stdout } = await create(commandUrn, { create: 'echo "$ACCEPTED_A"', environment: { ACCEPTED_A: "a  b" } });
    expect(stdout).toBe("a  b");
    await expect(create(commandUrn, { create: "true", environment: { REFUSED: "1" } })).rejects.toThrow(
      'could not set environment variable "REFUSED"',
    );
  });
});

describe("the host's key", () => {
  test("is checked: another one is refused, and nothing runs", async () => {
    const file = join(sshd.folder, "ran");
    const wrong = connection({ hostKey: sshd.foreign });
    await expect(create(commandUrn, { connection: wrong, create: `touch ${file}` })).rejects.toThrow(
      "after 1 failed attempts: ssh: handshake failed: ssh: host key mismatch",
    );
    await expect(stat(file)).rejects.toThrow("ENOENT");
  });

  test("of each type the server has can be pinned", async () => {
    for (const hostKey of [sshd.ed25519, sshd.ecdsa]) {
      const { stdout } = await create(commandUrn, { connection: connection({ hostKey }), create: "echo in" });
      expect(stdout).toBe("in");
    }
  });

  test("is not checked where it is not given", async () => {
    const unpinned = secret({ host: sshd.host, port: sshd.port, user: sshd.user, agentSocketPath: sshd.agentSocket });
    await expect(create(commandUrn, { connection: unpinned, create: "true" })).resolves.toBeDefined();
  });
});

describe("login", () => {
  test("works with a private key instead of an agent", async () => {
    const privateKey = await readFile(join(sshd.folder, "login"), "utf8");
    const keyed = secret({ host: sshd.host, port: sshd.port, user: sshd.user, hostKey: sshd.ed25519, privateKey });
    await expect(create(commandUrn, { connection: keyed, create: "true" })).resolves.toBeDefined();
  });

  test("through a proxy reaches the host", async () => {
    const through = connection({
      proxy: { host: sshd.host, port: sshd.port, user: sshd.user, hostKey: sshd.ed25519, agentSocketPath: sshd.agentSocket },
    });
    const { stdout } = await create(commandUrn, { connection: through, create: "echo through" });
    expect(stdout).toBe("through");
  });

  test("serves the commands that follow it; a lost or ended one is replaced", async () => {
    const session = async () => Number((await create(commandUrn, { create: "echo $PPID" }))["stdout"]);
    const first = await session();
    expect(await session()).toBe(first);
    process.kill(first, "SIGKILL");
    const second = await session();
    expect(second).not.toBe(first);
    await expect(create(commandUrn, { create: "false" })).rejects.toThrow("status 1");
    expect(await session()).not.toBe(second);
  });

  test("of an unknown user, at an address without a server, or with an agent that is not there, says so", async () => {
    await expect(login({ user: "nobody-of-that-name" })).rejects.toThrow("unable to authenticate");
    await expect(login({ host: "127.0.0.80" })).rejects.toThrow("after 1 failed attempts: dial tcp: connect ECONNREFUSED");
    await expect(login({ agentSocketPath: "/no/such/agent" })).rejects.toThrow("dial unix /no/such/agent");
  });
});

describe("CopyToRemote", () => {
  test("copies a file byte by byte, and leaves an existing file's mode alone", async () => {
    const [from, to] = [join(sshd.folder, "from"), join(sshd.folder, "to")];
    const content = randomBytes(1_500_000);
    await writeFile(from, content, { mode: 0o755 });
    await writeFile(to, "old and longer than nothing", { mode: 0o640 });
    await copy({ source: asset({ path: from, hash: hash(content) }), remotePath: to });
    expect((await readFile(to)).equals(content)).toBe(true);
    expect((await stat(to)).mode & 0o777).toBe(0o640);
  });

  test("copies an empty file and a text", async () => {
    const [empty, to] = [join(sshd.folder, "empty"), join(sshd.folder, "emptied")];
    await writeFile(empty, "");
    await writeFile(to, "something");
    await copy({ source: asset({ path: empty, hash: hash("") }), remotePath: to });
    expect(await readFile(to, "utf8")).toBe("");
    await copy({ source: asset({ text: "größe\n", hash: hash("größe\n") }), remotePath: to });
    expect(await readFile(to, "utf8")).toBe("größe\n");
  });

  test("puts a file into a directory under its own name; a text needs a file's path", async () => {
    const [from, directory] = [join(sshd.folder, "named"), join(sshd.folder, "directory")];
    await writeFile(from, "content");
    await mkdir(directory);
    await copy({ source: asset({ path: from, hash: hash("content") }), remotePath: directory });
    expect(await readFile(join(directory, "named"), "utf8")).toBe("content");
    await expect(copy({ source: asset({ text: "x", hash: hash("x") }), remotePath: directory })).rejects.toThrow("is a directory");
  });

  test("into a directory that is not there names the path", async () => {
    const remotePath = join(sshd.folder, "none/such");
    await expect(copy({ source: asset({ text: "x", hash: hash("x") }), remotePath })).rejects.toThrow(remotePath);
  });
});
