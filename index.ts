import * as pulumi from "@pulumi/pulumi";
import { loadConfig } from "./config/load.ts";
import { UserError } from "./config/user-error.ts";
import { buildBundle } from "./provision/bundle.ts";
import { BenchmarkServer } from "./provision/server.ts";

const settings = new pulumi.Config("evenkeel");

/** One benchmark server a host: deploy key and environment of each. */
export const servers = await declareServers();

async function declareServers() {
  try {
    const config = loadConfig(settings.require("config"));
    const bundle = await buildBundle();
    const declared = await Promise.all(config.hosts.map((host) => BenchmarkServer.declare(host, config, bundle)));
    return Object.fromEntries(
      config.hosts.map((host, index) => [host.name, { deployKey: declared[index]?.deployKey, environment: declared[index]?.environment }]),
    );
  } catch (error) {
    // A mistake of the reader's is told in its own words, without a stack.
    if (error instanceof UserError) throw new pulumi.RunError(`${error.message}\nhint: ${error.hint}`);
    throw error;
  }
}
