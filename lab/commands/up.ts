import { Option } from "commander";
import { reportedCommand } from "../../runner/system/program.ts";
import { labAgent } from "../agent.ts";
import { upHost } from "../host.ts";
import { releases, type Release } from "../image.ts";
import { logWithElapsed } from "../progress.ts";

export const command = reportedCommand("up")
  .description("make and boot a host; print how to reach it, as JSON")
  .argument("<name>", "lower-case letters, digits, dashes")
  .addOption(new Option("--release <release>", "Debian release").choices(releases).default("trixie"))
  .option("--fresh", "start from a bare tree, whatever was there")
  .action(async (name: string, options: { release: Release; fresh?: true }) => {
    const log = logWithElapsed();
    const host = await upHost({ name, release: options.release, fresh: options.fresh ?? false, log });
    log(`${name} is up`);
    console.log(JSON.stringify({ ...host, SSH_AUTH_SOCK: await labAgent() }, null, 2));
  });
