import { commandLine } from "../../config/command-line.ts";
import { unschedule } from "../resources/schedule.ts";
import { hostCommand } from "./command.ts";

export const command = hostCommand({
  name: "unschedule",
  summary: `remove the schedule of a stack (used by \`${commandLine("destroy")}\`)`,
})
  .requiredOption("--owner <stack/host>", "remove only the schedule of this owner")
  .action(async (options: { owner: string }) => {
    console.log(await unschedule(options.owner));
  });
