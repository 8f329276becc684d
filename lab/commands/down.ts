import { reportedCommand } from "../../runner/system/program.ts";
import { downHost, removeHost } from "../host.ts";

export const command = reportedCommand("down")
  .description("power a host off; its tree stays unless --remove")
  .argument("<name>", "the host")
  .option("--remove", "delete its tree too")
  .action(async (name: string, options: { remove?: true }) => {
    await (options.remove ? removeHost(name) : downHost(name));
  });
