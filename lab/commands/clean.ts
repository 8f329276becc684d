import { rm } from "node:fs/promises";
import { reportedCommand } from "../../runner/system/program.ts";
import { stopAgent } from "../agent.ts";
import { labPaths } from "../cache.ts";
import { listHosts, removeHost } from "../host.ts";
import { logWithElapsed } from "../progress.ts";

export const command = reportedCommand("clean")
  .description("remove every host and the lab's agent; the cached images and sources stay unless --all")
  .option("--all", "delete the whole cache of the lab")
  .action(async (options: { all?: true }) => {
    const log = logWithElapsed();
    for (const host of await listHosts()) {
      log(`removing ${host.name}`);
      await removeHost(host.name);
    }
    await stopAgent();
    if (options.all) await rm(labPaths.lab, { recursive: true, force: true });
    log("clean");
  });
