import * as pulumi from "@pulumi/pulumi";
import { loadConfig } from "./config/load.ts";
import { UserError } from "./config/user-error.ts";
import { buildBundle } from "./provision/bundle.ts";
import { writeFacts } from "./provision/facts.ts";
import { BenchmarkServer } from "./provision/server.ts";

const settings = new pulumi.Config("evenkeel");

/** One benchmark server a host: deploy key and environment of each. */
export const servers = await declareServers();

async function declareServers() {
  try {
    const config = loadConfig(settings.require("config"));
    const bundle = await buildBundle();
    const declared = await allOf(config.hosts.map((host) => BenchmarkServer.declare(host, config, bundle)));
    for (const server of declared.filter(({ isSkipped }) => !isSkipped)) server.facts.apply((facts) => writeFacts(server.host, facts));
    return Object.fromEntries(
      config.hosts.map((host, index) => [host.name, { deployKey: declared[index]?.deployKey, environment: declared[index]?.environment }]),
    );
  } catch (error) {
    // A mistake of the reader's is told in its own words, without a stack.
    if (error instanceof UserError) throw new pulumi.RunError(`${error.message}\nhint: ${error.hint}`);
    throw error;
  }
}

/** All of them, or every mistake at once. */
async function allOf<T>(promises: Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises);
  const failures = settled.flatMap((one): unknown[] => (one.status === "rejected" ? [one.reason] : []));
  const [first] = failures;
  if (failures.length > 1 && failures.every((one) => one instanceof UserError)) {
    throw new pulumi.RunError(failures.map(({ message, hint }) => `${message}\nhint: ${hint}`).join("\n"));
  }
  if (first !== undefined) throw first;
  return settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}
