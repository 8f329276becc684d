import { reportedCommand } from "../../runner/system/program.ts";
import { listHosts } from "../host.ts";

export const command = reportedCommand("list")
  .description("list all hosts, as JSON")
  .action(async () => {
    console.log(JSON.stringify(await listHosts(), null, 2));
  });
