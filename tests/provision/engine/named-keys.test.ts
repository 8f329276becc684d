import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { agentInFront, namedFirst } from "../../../provision/engine/named-keys.ts";

/** A string of the wire format. */
function wire(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, Buffer.from(text)]);
}

function listing(...keys: string[]): Buffer {
  const count = Buffer.alloc(5);
  count.writeUInt8(12);
  count.writeUInt32BE(keys.length, 1);
  return Buffer.concat([count, ...keys.flatMap((key) => [wire(key), wire(`comment of ${key}`)])]);
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

test("named keys of an agent come first, in their order, and all keys stay", () => {
  const keys = [base64("d"), base64("absent"), base64("b")];
  expect(namedFirst(listing("a", "b", "c", "d"), keys)).toEqual(listing("d", "b", "a", "c"));
});

test("other messages and incomplete lists pass unchanged", () => {
  const signature = Buffer.from([14, 0, 0, 0, 1]);
  const cut = listing("a", "b").subarray(0, -1);
  expect(namedFirst(signature, [base64("b")])).toBe(signature);
  expect(namedFirst(cut, [base64("b")])).toBe(cut);
});

test("a real agent behind it lists the named key first, and still signs with every key", async () => {
  const folder = await mkdtemp(join(tmpdir(), "evenkeel-keys-"));
  const socket = join(folder, "agent");
  const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    await once(agent.stdout, "data");
    for (const name of ["one", "two", "three"]) {
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(folder, name)]);
      execFileSync("ssh-add", ["-q", join(folder, name)], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: "ignore" });
    }
    const [, named = ""] = (await readFile(join(folder, "three.pub"), "utf8")).split(" ");
    const inFront = { ...process.env, SSH_AUTH_SOCK: await agentInFront(socket, [named]) };
    const { stdout } = await run("ssh-add", ["-L"], inFront);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(" ")[2]),
    ).toEqual(["three", "one", "two"]);
    const signed = await run(
      "ssh-keygen",
      ["-Y", "sign", "-q", "-n", "test", "-f", join(folder, "two.pub"), join(folder, "one.pub")],
      inFront,
    );
    expect(signed.exitCode).toBe(0);
  } finally {
    agent.kill();
    await rm(folder, { recursive: true });
  }
});

/** Asynchronously: the agent in front listens in this process. */
async function run(file: string, args: string[], env: NodeJS.ProcessEnv): Promise<{ stdout: string; exitCode: unknown }> {
  const child = spawn(file, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const [exitCode] = await once(child, "close");
  return { stdout, exitCode };
}
