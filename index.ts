import * as pulumi from "@pulumi/pulumi";
import { loadConfig } from "./config/load.ts";
import { UserError } from "./config/user-error.ts";
import { buildBundle } from "./provision/program/bundle.ts";
import { explained } from "./runner/system/program.ts";
import { writeFacts } from "./provision/program/facts.ts";
import { reviewFolder, writeReport } from "./provision/program/write-report.ts";
import { look, obstaclesError } from "./provision/program/look.ts";
import { BenchmarkServer } from "./provision/program/server.ts";

const settings = new pulumi.Config("evenkeel");

/** Deploy key and environment of each benchmark server, by host name. */
export const servers = await declareServers();

async function declareServers() {
  try {
    const config = loadConfig(settings.require("config"));
    const bundle = await buildBundle();
    // Inspects all hosts before it declares anything, as Pulumi applies declared resources at once.
    const looks = await allOf(config.hosts.map((host) => look(host, config, pulumi.getStack(), bundle, reviewFolder !== undefined)));
    if (reviewFolder !== undefined) for (const one of looks) await writeReport(reviewFolder, one);
    const obstacles = obstaclesError(looks);
    if (obstacles && !pulumi.runtime.isDryRun()) throw obstacles;
    const declared = await allOf(looks.map((one) => BenchmarkServer.declare(one, config, bundle)));
    // A review shows the obstacles from the reports.
    if (obstacles && reviewFolder === undefined) throw obstacles;
    for (const server of declared.filter(({ isSkipped }) => !isSkipped)) server.facts.apply((facts) => writeFacts(server.host, facts));
    return Object.fromEntries(
      config.hosts.map((host, index) => [host.name, { deployKey: declared[index]?.deployKey, environment: declared[index]?.environment }]),
    );
  } catch (error) {
    // A mistake of the reader is shown without a stack.
    if (error instanceof UserError) throw new pulumi.RunError(explained(error));
    throw error;
  }
}

/** Returns all results. @throws RunError with all mistakes if every failure is one, else the first failure. */
async function allOf<T>(promises: Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises);
  const failures = settled.flatMap((one): unknown[] => (one.status === "rejected" ? [one.reason] : []));
  const [first] = failures;
  if (failures.length > 1 && failures.every((one) => one instanceof UserError)) {
    throw new pulumi.RunError(failures.map(explained).join("\n"));
  }
  if (first !== undefined) throw first;
  return settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}
