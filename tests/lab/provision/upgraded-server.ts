import { expect } from "vitest";
import * as z from "zod";
import type { EngineRun } from "../../../lab/stack.ts";
import { within } from "../../../lab/within.ts";
import { ProvisionedHost, type Changes } from "./fixture.ts";

export const evenkeel = "/opt/evenkeel/current/evenkeel";
export const clean = "this host matches its declaration\n";

export const venvOf = (six: string): Changes => ({ requirements: [`six==${six}`] });
export const usual = venvOf("1.17.0");

const identitySchema = z.object({
  environment: z.object({ id: z.string(), cpu: z.string(), machine: z.string(), hostFacts: z.string().optional() }),
  hostFacts: z.object({ hash: z.string(), now: z.record(z.string(), z.string()), accepted: z.record(z.string(), z.string()) }),
});
export type Identity = z.infer<typeof identitySchema>;

/** A server that measures and is upgraded: each test leaves it measuring, with the usual configuration. */
export class UpgradedServer {
  readonly server: ProvisionedHost;

  private constructor(server: ProvisionedHost) {
    this.server = server;
  }

  static async make(name: string): Promise<UpgradedServer> {
    const server = await ProvisionedHost.make({ name, release: "trixie", user: "root", python: "3.13", isEquipped: true });
    await server.configure(usual);
    await server.bringKey();
    await server.succeeds("up");
    const upgraded = new UpgradedServer(server);
    await upgraded.expectMeasuring();
    return upgraded;
  }

  /** Bring the host to a configuration, all the way. */
  async changeTo(changes: Changes, described = clean): Promise<EngineRun> {
    await this.server.configure(changes);
    const up = await this.server.succeeds("up");
    expect(await this.doctor()).toBe(described);
    return up;
  }

  async expectMeasuring(): Promise<void> {
    const { exitCode, stdout, stderr } = await this.server.tryOnHost(`${evenkeel} run`);
    expect([exitCode, stdout + stderr]).toEqual([0, expect.not.stringContaining("not measuring")]);
  }

  /** Output of a run that measures nothing. */
  async refusal(): Promise<string> {
    const { exitCode, stdout, stderr } = await this.server.tryOnHost(`${evenkeel} run`);
    expect([exitCode, stderr]).toEqual([1, ""]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    return stdout.trimEnd();
  }

  async doctor(): Promise<string> {
    const { stdout, stderr } = await this.server.tryOnHost(`${evenkeel} doctor`);
    return stdout + stderr;
  }

  async identity(): Promise<Identity> {
    const { stdout } = await this.server.tryOnHost(`${evenkeel} doctor --json`);
    return z.object({ identity: identitySchema }).parse(JSON.parse(stdout)).identity;
  }

  async sixInUse(): Promise<string> {
    return (await this.server.onHost("/srv/venv/bin/python -c 'import six; print(six.__version__)'")).trim();
  }
}

export async function until(isSo: () => Promise<boolean>): Promise<void> {
  if (!(await within(120, isSo))) throw new Error(`not so within 120 s: ${isSo.toString()}`);
}
